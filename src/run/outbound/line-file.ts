/** A file that grows by whole lines while a run goes on. Writes at once, as the kernel takes them; a disk that fails is said once. */
import { closeSync, openSync, writeSync } from 'node:fs'

export class LineFile {
  readonly #path: string
  readonly #say: (text: string) => void
  #file: number | undefined

  /** Empties the file. Throws when it cannot be written. */
  constructor(path: string, say: (text: string) => void) {
    this.#path = path
    this.#say = say
    this.#file = openSync(path, 'w')
  }

  /** `text` ends with a newline. */
  write(text: string): void {
    if (this.#file === undefined) return
    try {
      writeSync(this.#file, text)
    } catch (error) {
      this.close()
      this.#say(`${this.#path} is not complete: ${(error as Error).message}`)
    }
  }

  /** Idempotent. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}
