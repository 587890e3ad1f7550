/**
 * `result.json` in the folder of a run: the whole result, at its end. What was measured second by second is in the history.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Output } from '../../../contracts/output.ts'
import type { RunResult } from '../../../contracts/result.ts'

export class RunFolderOutput implements Output {
  readonly name = 'json'
  readonly #folder: string
  readonly #onError: (text: string) => void
  #begun = false

  /** `folder` is created; throws when it cannot be. A disk that fails later is said through `onError`. */
  constructor(folder: string, onError: (text: string) => void) {
    this.#folder = folder
    this.#onError = onError
    mkdirSync(folder, { recursive: true })
  }

  start(): void {
    this.#begun = true
  }

  stop(result: RunResult): void {
    try {
      writeResult(join(this.#folder, 'result.json'), result)
    } catch (error) {
      this.#onError(`the result is not in ${this.#folder}: ${(error as Error).message}`)
    }
  }

  /** Idempotent. A run that never began leaves no folder. */
  close(): void {
    if (!this.#begun) rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Writes beside the file and renames, so that a reader never sees half a result. Throws when it cannot. */
export function writeResult(path: string, result: RunResult): void {
  const partial = `${path}.partial`
  writeFileSync(partial, `${JSON.stringify(result, null, 2)}\n`)
  renameSync(partial, path)
}
