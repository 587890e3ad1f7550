import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { arrivalSchedule } from '../../src/model/plan/shape.ts'

test('the due times in the guide are those of the schedule', () => {
  const guide = readFileSync(new URL('../../docs/guide/load-schedules.md', import.meta.url), 'utf8')
  const shown = [...guide.matchAll(/^\| (\d+) \| ([\d.]+) \|$/gm)].map(([, n, ms]) => [
    Number(n),
    ms,
  ])
  const schedule = arrivalSchedule({
    kind: 'ramping-arrivals',
    perNs: 1e9,
    startArrivals: 0,
    stages: [{ arrivals: 10, durationMs: 2_000 }],
    durationMs: 2_000,
    usersMax: 10,
  })
  const computed = Array.from({ length: schedule.totalCount }, (_, index) => [
    index + 1,
    schedule.dueMs(index).toFixed(6),
  ])
  expect(shown).toEqual(computed)
})
