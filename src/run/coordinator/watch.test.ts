import { expect, it } from 'vitest'
import type { Monitor, MonitorFigure } from '../../contracts/monitor.ts'
import { VirtualClock } from '../../kernel/clock.ts'
import { MONITOR_FIGURES_MAX, MONITORS_MAX } from '../../kernel/limits.ts'
import { Watch } from './watch.ts'

async function watching(monitors: readonly Partial<Monitor>[]) {
  const clock = new VirtualClock(500)
  const [said, limits]: [string[], string[]] = [[], []]
  const watch = new Watch({
    clock,
    open: async () =>
      monitors.map((each, index) => ({
        name: `m${index}`,
        source: `m${index}`,
        read: async () => [],
        close: () => {},
        ...each,
      })),
    say: (text) => said.push(text),
    onLimit: (name, count) => limits.push(`${name} ${count}`),
  })
  watch.begin(1_000)
  await clock.runUntil(1_000)
  return { clock, watch, said, limits }
}

it('a window that is shown again has the figures of the first time, and a run that is over reads no more', async () => {
  let reading = 0
  const read = async (): Promise<MonitorFigure[]> => [{ metric: 'n', unit: '', value: reading++ }]
  const { clock, watch } = await watching([{ read }])
  await clock.runUntil(3_000)
  expect([0, 1, 0, 1, 2].map((window) => watch.take(window)?.[0]?.value)).toEqual([
    1,
    2,
    1,
    2,
    undefined,
  ])
  watch.close()
  watch.close()
  await clock.runUntil(9_000)
  expect(reading).toBe(3)
})

it('more sources or figures than there may be are left out, and that is said', async () => {
  const many = Array.from({ length: MONITOR_FIGURES_MAX + 5 }, (_, index) => ({
    metric: `f${index}`,
    unit: '' as const,
    value: 1,
  }))
  let closed = 0
  const close = (): void => {
    closed++
  }
  const sources = Array.from({ length: MONITORS_MAX + 2 }, (_, index) =>
    index === 0 ? { read: async () => many, close } : { close },
  )
  const { clock, watch, limits } = await watching(sources)
  await clock.runUntil(2_000)
  expect(watch.take(0)).toHaveLength(MONITOR_FIGURES_MAX)
  expect(new Set(limits)).toEqual(
    new Set([`monitors ${MONITORS_MAX + 2}`, `figures of m0 ${MONITOR_FIGURES_MAX}`]),
  )
  expect(closed).toBe(2)
  watch.close()
  expect(closed).toBe(MONITORS_MAX + 2)
})

it('what is no number is no figure', async () => {
  const read = async (): Promise<MonitorFigure[]> => [
    { metric: 'a', unit: '', value: Number.NaN },
    { metric: 'b', unit: '', value: 2 },
  ]
  const { clock, watch } = await watching([{ read }])
  await clock.runUntil(2_000)
  expect(watch.take(0)?.map(({ name, value }) => [name, value])).toEqual([
    ['m0.a', null],
    ['m0.b', 2],
  ])
})
