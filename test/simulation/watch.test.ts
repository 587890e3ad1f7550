/** What is read of the target beside a whole run, in virtual time: which window it joins, and that nothing it does disturbs the run. */
import { expect, test } from 'vitest'
import type { Monitor, MonitorFigure } from '../../src/contracts/monitor.ts'
import { arrivalsPlan, type Simulation, type SimulationOptions, simulate } from './simulate.ts'

/** Answers what `answer` says, by the number of the reading; the first reading is the one before the first window. */
function monitorOf(
  name: string,
  answer: (reading: number, simulation: Simulation) => Promise<readonly MonitorFigure[]>,
): { monitor: Monitor; closed: () => number; attach: (simulation: Simulation) => void } {
  let reading = 0
  let closed = 0
  let attached: Simulation | undefined
  return {
    monitor: {
      name,
      source: `the source of ${name}`,
      read: () => answer(reading++, attached!),
      close: () => {
        closed++
      },
    },
    closed: () => closed,
    attach: (simulation) => {
      attached = simulation
    },
  }
}

const figure = (value: number): MonitorFigure[] => [{ metric: 'cpu', unit: '%', value }]
const later = (simulation: Simulation, ms: number): Promise<void> =>
  new Promise((resolve) =>
    simulation.clock.at(simulation.clock.nowMs() + ms, resolve as () => void, undefined),
  )

function watched(
  monitors: readonly ReturnType<typeof monitorOf>[],
  options: Partial<SimulationOptions> = {},
): Simulation {
  const simulation = simulate({
    plan: arrivalsPlan(10, 5_000),
    workers: 1,
    ...options,
    run: { openMonitors: async () => monitors.map(({ monitor }) => monitor), ...options.run },
  })
  for (const each of monitors) each.attach(simulation)
  return simulation
}

test('a monitor is read once per window, its figures join that window, and the result sums them up', async () => {
  const target = monitorOf('target', async (reading) => figure(reading * 10))
  const simulation = watched([target])
  const result = await simulation.result()
  const values = simulation.windows.slice(0, 5).map((window) => window.monitors)
  expect(values).toEqual(
    [10, 20, 30, 40, 50].map((value) => [{ name: 'target.cpu', unit: '%', value }]),
  )
  expect(result.windows.slice(0, 5).map((window) => window.monitors)).toEqual(
    [10, 20, 30, 40, 50].map((value) => ({ 'target.cpu': value })),
  )
  expect(result.monitors).toEqual([
    {
      name: 'target.cpu',
      source: 'the source of target',
      unit: '%',
      ...{ min: 10, mean: 30, max: 50, last: 50, readings: 5, gaps: 0 },
    },
  ])
  expect(target.closed()).toBe(1)
})

test('a source that dies is a gap from then on, is said once, and changes no request', async () => {
  const alone = await simulate({ plan: arrivalsPlan(10, 5_000), workers: 1 }).result()
  const dying = monitorOf('db', async (reading) => {
    if (reading >= 3) throw new Error('connection refused.')
    return figure(1)
  })
  const simulation = watched([dying, monitorOf('target', async () => figure(7))])
  const result = await simulation.result()
  expect(result.windows.slice(0, 5).map((window) => window.monitors)).toEqual([
    { 'db.cpu': 1, 'target.cpu': 7 },
    { 'db.cpu': 1, 'target.cpu': 7 },
    ...Array(3).fill({ 'db.cpu': null, 'target.cpu': 7 }),
  ])
  expect(result.monitors[0]).toMatchObject({ readings: 2, gaps: 3, last: 1 })
  const said = simulation.events.filter((each) => each.text.includes('db'))
  expect(said.map((each) => each.text)).toEqual([
    'db (the source of db) cannot be watched: connection refused. Its figures are missing until it can be read again.',
  ])
  expect(result.totals).toEqual(alone.totals)
  expect(result.verdict).toEqual(alone.verdict)
})

test('a source that comes back is read again', async () => {
  const restarted = monitorOf('db', async (reading) => {
    if (reading === 2) throw new Error('gone')
    return figure(reading)
  })
  const { windows } = await watched([restarted]).result()
  expect(windows.slice(0, 4).map((window) => window.monitors?.['db.cpu'])).toEqual([1, null, 3, 4])
})

test('a source that never answers is given up and said, while others are read on', async () => {
  const hangs = monitorOf('db', async (reading) => {
    if (reading === 2) await new Promise(() => undefined)
    return figure(reading)
  })
  const simulation = watched([hangs, monitorOf('target', async () => figure(7))])
  const result = await simulation.result()
  expect(result.windows.slice(0, 5).map((window) => window.monitors)).toEqual([
    { 'db.cpu': 1, 'target.cpu': 7 },
    { 'db.cpu': null, 'target.cpu': 7 },
    { 'db.cpu': null, 'target.cpu': 7 },
    // Asked again after the two seconds that it had.
    { 'db.cpu': 3, 'target.cpu': 7 },
    { 'db.cpu': 4, 'target.cpu': 7 },
  ])
  expect(simulation.events.map((each) => each.text).join()).toContain('no answer within 1.9 s')
})

test('what arrives after the end of a window belongs to the next one', async () => {
  const slow = monitorOf('db', async (reading, simulation) => {
    if (reading > 0) await later(simulation, 300)
    return figure(reading)
  })
  const { windows } = await watched([slow]).result()
  expect(windows.slice(0, 4).map((window) => window.monitors?.['db.cpu'])).toEqual([
    undefined,
    1,
    2,
    3,
  ])
})

test('monitors that open late, or fail to, delay nothing', async () => {
  const target = monitorOf('target', async (reading) => figure(reading))
  const late = watched([], {
    run: {
      openMonitors: async () => {
        await later(late, 2_100)
        return [target.monitor]
      },
    },
  })
  const result = await late.result()
  expect(late.ledger[0]!.atMs).toBeLessThan(1)
  expect(result.windows.slice(0, 5).map((window) => window.monitors)).toEqual([
    undefined,
    undefined,
    { 'target.cpu': 1 },
    { 'target.cpu': 2 },
    { 'target.cpu': 3 },
  ])
  const failing = watched([], {
    run: { openMonitors: () => Promise.reject(new Error('no module')) },
  })
  expect((await failing.result()).verdict.passed).toBe(true)
  expect(failing.events.map((each) => each.text)).toContain(
    'The target cannot be watched: no module.',
  )
})
