/**
 * `--output jsonl=FILE`: a line per second while the run goes on, for `tail -f`, jq and whatever reads JSON. Late numbers are a line
 * of the same window with a higher `revision`; the last line of a window counts.
 */
import type { Output, RunInfo } from '../../../contracts/output.ts'
import type { ThresholdResult } from '../../../contracts/result.ts'
import type { Window } from '../../../contracts/window.ts'
import { WINDOWS_REOPEN_MAX } from '../../../kernel/limits.ts'
import { LineFile } from '../../../run/outbound/line-file.ts'
import { windowLine } from './window-line.ts'

export class JsonlOutput implements Output {
  readonly name = 'jsonl'
  readonly #file: LineFile
  /** Revisions of the windows that may come again. */
  readonly #revisions = new Map<number, number>()
  #run: Pick<RunInfo, 'id' | 'startedAtEpochMs'> = { id: '', startedAtEpochMs: 0 }

  /** Empties the file. Throws when it cannot be written. */
  constructor(path: string, say: (text: string) => void) {
    this.#file = new LineFile(path, say)
  }

  start(run: RunInfo): void {
    this.#run = run
  }

  onWindow(window: Window, thresholds: readonly ThresholdResult[]): void {
    const revision = this.#revisions.get(window.window) ?? 0
    this.#revisions.set(window.window, revision + 1)
    this.#revisions.delete(window.window - WINDOWS_REOPEN_MAX - 1)
    this.#file.write(`${JSON.stringify(windowLine(window, thresholds, this.#run, revision))}\n`)
  }

  stop(): void {
    this.close()
  }

  close(): void {
    this.#file.close()
  }
}
