/**
 * A run on disk: `result.json` with the whole result at the end, and `windows.jsonl`, one line per second, appended
 * and flushed as it happens, so that a run cut off by a power failure keeps all but its last second. Lines are
 * compact figures (the `windows` of the result plus per-series counts), not histograms.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Output, RunInfo } from '../../../contracts/output.ts'
import type { RunResult } from '../../../contracts/result.ts'
import type { Window } from '../../../contracts/window.ts'
import { isOfRequests } from '../../../model/metrics/series-totals.ts'

export class RunFolderOutput implements Output {
  readonly name = 'json'
  readonly #folder: string
  readonly #onError: (text: string) => void
  #windows: number | undefined
  #begun = false

  /** `folder` is created. A disk that fails later is said once through `onError`; the run goes on. */
  constructor(folder: string, onError: (text: string) => void) {
    this.#folder = folder
    this.#onError = onError
    mkdirSync(folder, { recursive: true })
    this.#windows = openSync(join(folder, 'windows.jsonl'), 'a')
  }

  start(run: RunInfo): void {
    this.#begun = true
    this.#attempt(() => writeFileSync(join(this.#folder, 'run.json'), `${JSON.stringify(run)}\n`))
  }

  onWindow(window: Window): void {
    this.#attempt(() => {
      if (this.#windows === undefined) return
      writeSync(this.#windows, `${JSON.stringify(windowLine(window))}\n`)
      fsyncSync(this.#windows)
    })
  }

  stop(result: RunResult): void {
    this.#attempt(() => writeResult(join(this.#folder, 'result.json'), result))
    this.close()
  }

  /** Idempotent. A run that never began leaves no folder. */
  close(): void {
    if (this.#windows === undefined) return
    closeSync(this.#windows)
    this.#windows = undefined
    if (!this.#begun) rmSync(this.#folder, { recursive: true })
  }

  #attempt(write: () => void): void {
    try {
      write()
    } catch (error) {
      this.close()
      this.#onError(`the run is no longer written to ${this.#folder}: ${(error as Error).message}`)
    }
  }
}

/** Writes beside the file and renames, so that a reader never sees half a result. Throws when it cannot. */
export function writeResult(path: string, result: RunResult): void {
  const partial = `${path}.partial`
  writeFileSync(partial, `${JSON.stringify(result, null, 2)}\n`)
  renameSync(partial, path)
}

function windowLine(window: Window): object {
  const sum = (pick: (series: Window['series'][number]) => number): number =>
    window.series.filter(isOfRequests).reduce((total, each) => total + pick(each), 0)
  return {
    window: window.window,
    atMs: window.startMs,
    complete: window.complete,
    users: window.users.active,
    requests: sum((each) => each.requests),
    failures: sum((each) => each.failures),
    bytesIn: sum((each) => each.bytesIn),
    bytesOut: sum((each) => each.bytesOut),
    series: window.series.map((each) => ({
      kind: each.kind,
      method: each.method,
      name: each.name,
      requests: each.requests,
      failures: each.failures,
      p50Ms: ms(each.response.percentileUs(50)),
      p95Ms: ms(each.response.percentileUs(95)),
      p99Ms: ms(each.response.percentileUs(99)),
    })),
  }
}

const ms = (us: number): number | null => (Number.isNaN(us) ? null : us / 1000)
