/**
 * Ctrl-C once: graceful, iterations finish; again: at once. Both still end with a summary and a saved result. A third
 * one is left to the system, so that nobody is ever held.
 */
import type { StopReason } from '../../contracts/wire.ts'
import { EXIT } from '../../kernel/errors.ts'

export function onSignals(stop: (reason: StopReason, exitCode: number) => void): {
  dispose(): void
} {
  let count = 0
  const handle = (signal: NodeJS.Signals): void => {
    count++
    stop(
      count === 1 ? 'signal' : 'killed',
      signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted,
    )
    if (count >= 2) dispose()
  }
  const dispose = (): void => {
    process.off('SIGINT', handle)
    process.off('SIGTERM', handle)
  }
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
  return { dispose }
}
