/**
 * Every finished request of one worker as a line of a file, for whoever wants to look at all of them (`--output samples=DIR`). Lines are
 * JSON arrays below a header that names their fields. Written in blocks, one at a time, by the system's own threads: the loop never waits
 * for a disk, and what a slow one does not take within a bound is left out and counted. The file ends when its share of the disk is used up.
 */
import { close, mkdirSync, openSync, write } from 'node:fs'
import { SAMPLE_LOG_PENDING_CHARS_MAX } from '../../kernel/limits.ts'

const BLOCK_CHARS = 64 << 10
export const SAMPLE_FIELDS = [
  ...['endMs', 'latencyMs', 'lateMs', 'status', 'bytesIn', 'bytesOut'],
  ...['error', 'kind', 'method', 'name', 'tags'],
] as const

export interface SampleLogOptions {
  readonly folder: string
  readonly runId: string
  readonly worker: number
  /** Of this worker's file. */
  readonly bytesMax: number
  readonly say: (text: string) => void
}

export class SampleLog {
  readonly #path: string
  readonly #say: (text: string) => void
  /** Undefined once nothing more is written. */
  #file: number | undefined
  #bytesLeft: number
  #pending = ''
  #isWriting = false
  /** The block that is being written is the last there is room for. */
  #isFull = false
  #idle: (() => void) | undefined
  #leftOut = 0

  /** Makes folder and file. Throws when they cannot be made. */
  constructor({ folder, runId, worker, bytesMax, say }: SampleLogOptions) {
    mkdirSync(folder, { recursive: true })
    this.#path = `${folder}/${runId}-worker-${worker}.jsonl`
    this.#say = say
    this.#file = openSync(this.#path, 'w')
    this.#bytesLeft = bytesMax
    this.add(
      `${JSON.stringify({ schema: 'onrush.samples/1', run: runId, worker, fields: SAMPLE_FIELDS })}\n`,
    )
  }

  /** A whole line with its end; hot. */
  add(line: string): void {
    if (this.#file === undefined) return
    if (this.#pending.length > SAMPLE_LOG_PENDING_CHARS_MAX) {
      this.#leftOut++
      return
    }
    this.#pending += line
    if (this.#pending.length >= BLOCK_CHARS) this.flush()
  }

  /** Hands over what there is, once the block before it is written. */
  flush(): void {
    if (this.#isWriting || this.#pending === '' || this.#file === undefined) return
    const all = Buffer.from(this.#pending)
    const bytes = this.#within(all)
    this.#isFull = bytes.length < all.length
    this.#pending = ''
    this.#isWriting = true
    this.#write(bytes)
  }

  /** Lines that a slow disk made us leave out, since the last call. */
  takeLeftOut(): number {
    const leftOut = this.#leftOut
    this.#leftOut = 0
    return leftOut
  }

  /** Resolves when everything is handed over. Idempotent. */
  async close(): Promise<void> {
    for (this.flush(); this.#isWriting; this.flush()) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve
      })
    }
    this.#end()
  }

  /** Whole lines as far as there is room. */
  #within(bytes: Buffer): Buffer {
    if (bytes.length <= this.#bytesLeft) return bytes
    if (this.#bytesLeft === 0) return bytes.subarray(0, 0)
    return bytes.subarray(0, bytes.lastIndexOf('\n', this.#bytesLeft - 1) + 1)
  }

  #write(bytes: Buffer): void {
    write(this.#file!, bytes, (error, count) => {
      if (error !== null) {
        this.#isWriting = false
        this.#fail(error.message)
        return
      }
      this.#bytesLeft -= count
      if (count < bytes.length) {
        this.#write(bytes.subarray(count))
        return
      }
      this.#isWriting = false
      if (this.#isFull) {
        this.#fail('the room for it is used up (see max=)')
        return
      }
      if (this.#pending.length >= BLOCK_CHARS) this.flush()
      this.#tellIdle()
    })
  }

  #fail(why: string): void {
    this.#pending = ''
    this.#end()
    this.#say(`${this.#path} ends before the run: ${why}`)
    this.#tellIdle()
  }

  #tellIdle(): void {
    const idle = this.#idle
    this.#idle = undefined
    idle?.()
  }

  #end(): void {
    if (this.#file === undefined) return
    close(this.#file, () => undefined) // everything was handed over, or it failed and that was said
    this.#file = undefined
  }
}
