/**
 * Things larger than a message, in NATS's object store under the SHA-256 of their bytes: a script bundle is uploaded once for
 * any number of workers, and a worker that has it does not fetch it again. Verified by hash after the way back; the store
 * forgets them after a day.
 */
import { createHash } from 'node:crypto'
import type { ObjectStore } from '@nats-io/obj'
import { PARCELS_KEPT_BYTES_MAX } from '../../../kernel/limits.ts'
import type { Link } from './link.ts'
import { PARCEL_STORE } from './subjects.ts'

const KEPT_NS = 24 * 3_600 * 1e9
/** A server that comes back from an outage needs a moment for its files. */
const ATTEMPTS = 20
const RETRY_MS = 250

export class Parcels {
  readonly #link: Link
  readonly #kept = new Map<string, Uint8Array>()
  #keptBytes = 0
  #store: Promise<ObjectStore> | undefined

  constructor(link: Link) {
    this.#link = link
  }

  /** Its hash, once the store has it. */
  async put(bytes: Uint8Array): Promise<string> {
    const hash = hashOf(bytes)
    await this.#persist(async (store) => {
      if ((await store.info(hash)) === null) await store.putBlob({ name: hash }, bytes)
    })
    return hash
  }

  /** Rejects when it is not there or is not what was put. */
  async get(hash: string): Promise<Uint8Array> {
    const kept = this.#kept.get(hash)
    if (kept !== undefined) return kept
    const bytes = await this.#persist((store) => store.getBlob(hash))
    if (bytes === null) throw new Error(`parcel ${hash} is not in the object store`)
    if (hashOf(bytes) !== hash) throw new Error(`parcel ${hash} was changed on the way`)
    this.#keep(hash, bytes)
    return bytes
  }

  #keep(hash: string, bytes: Uint8Array): void {
    this.#kept.set(hash, bytes)
    this.#keptBytes += bytes.length
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptBytes <= PARCELS_KEPT_BYTES_MAX) return
      this.#kept.delete(oldest)
      this.#keptBytes -= length
    }
  }

  async #persist<T>(use: (store: ObjectStore) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        this.#store ??= this.#link.objectStore(PARCEL_STORE, KEPT_NS)
        return await use(await this.#store)
      } catch (error) {
        this.#store = undefined
        if (attempt === ATTEMPTS || this.#link.closed) throw error
        await this.#link.pause(RETRY_MS)
      }
    }
  }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
