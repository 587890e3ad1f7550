import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MONITOR_UNITS } from '../../contracts/monitor.ts'
import type { Window } from '../../contracts/window.ts'
import { SnapshotError } from './byte-stream.ts'
import { anySnapshot } from './snapshot.test-kit.ts'
import { toWindowResult } from './summary.ts'
import { mergeSnapshots } from './window.ts'
import { decodeWindow, encodeWindow } from './window-codec.ts'

const anyMonitors = fc.option(
  fc.array(
    fc.record({
      name: fc.string(),
      unit: fc.constantFrom(...MONITOR_UNITS),
      value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    }),
    { maxLength: 5 },
  ),
  { nil: undefined },
)
/** Of several workers, as the coordinator makes them. */
const anyWindow = fc
  .tuple(fc.array(anySnapshot, { maxLength: 4 }), fc.nat(100_000), fc.boolean(), anyMonitors)
  .map(
    ([snapshots, number, complete, monitors]): Window => ({
      ...mergeSnapshots(
        number,
        snapshots.map((each, workerIndex) => ({ ...each, workerIndex })),
        complete,
      ),
      ...(monitors !== undefined && { monitors }),
    }),
  )

test('a window comes back as it was, with the health of each worker', () => {
  fc.assert(
    fc.property(anyWindow, (window) => {
      const bytes = encodeWindow(window)
      const back = decodeWindow(bytes)
      const { series: _, metrics: __, arrivals: ___, ...plain } = window
      expect(back).toMatchObject(plain)
      expect(toWindowResult(back)).toEqual(toWindowResult(window))
      expect(encodeWindow(back)).toEqual(bytes)
    }),
    { numRuns: 200 },
  )
})

test('of damaged bytes only whether it was complete may change without notice', () => {
  fc.assert(
    fc.property(anyWindow, fc.nat(), fc.nat(255), (window, at, value) => {
      const whole = encodeWindow(window)
      const bytes = whole.slice()
      bytes[at % bytes.length] = value
      let back: Window
      try {
        back = decodeWindow(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(SnapshotError)
        return
      }
      expect(encodeWindow({ ...back, complete: window.complete })).toEqual(whole)
    }),
    { numRuns: 500 },
  )
})
