/** What every monitor must do, as one suite: called by the tests of each with a source of its own that can be ended. */
import { expect, test } from 'vitest'
import { MONITOR_UNITS, type Monitor } from '../../src/contracts/monitor.ts'

export interface WatchedSource {
  readonly monitor: Monitor
  /** Ends what is watched, for good; resolves when it is gone. */
  end(): Promise<void>
}

/** Declares the tests; `make` is called once for each. */
export function monitorContract(make: () => Promise<WatchedSource>): void {
  test('figures have plain names, each once, known units and finite values', async () => {
    const { monitor, end } = await make()
    for (let reading = 0; reading < 2; reading++) {
      const figures = await monitor.read(new AbortController().signal)
      expect(figures.length).toBeGreaterThan(0)
      for (const { metric, unit, value } of figures) {
        expect(metric).toMatch(/^[A-Za-z_:][^\s]*$/)
        expect(MONITOR_UNITS).toContain(unit)
        expect(value).toSatisfy(Number.isFinite)
      }
      expect(new Set(figures.map((each) => each.metric)).size).toBe(figures.length)
    }
    monitor.close()
    await end()
  })

  test('a source that has ended rejects with half a sentence, again and again', async () => {
    const { monitor, end } = await make()
    await monitor.read(new AbortController().signal)
    await end()
    for (let reading = 0; reading < 2; reading++) {
      const error = await monitor.read(new AbortController().signal).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(error).toBeInstanceOf(Error)
      expect((error as Error).message).toMatch(/^\S.{2,200}$/)
    }
    monitor.close()
  })

  test('it can be closed twice, and before it was read', async () => {
    const { monitor, end } = await make()
    monitor.close()
    monitor.close()
    await end()
  })

  test('its name and source are as they were given', async () => {
    const { monitor, end } = await make()
    expect([monitor.name, monitor.source]).toEqual(['watched', 'its source'])
    monitor.close()
    await end()
  })
}
