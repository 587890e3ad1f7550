/**
 * What runs left on the server whose coordinator died: their stream, which says whose it is, with all that workers said in the last ten
 * minutes. Reads only; who asks knows whether that run is over.
 */

import { type Letter, openEnvelope, openLetter } from './envelope.ts'
import type { Link } from './link.ts'
import { Parcels } from './parcels.ts'
import { STREAM_PREFIX, sessionSubjects } from './subjects.ts'

/** A stream is described so. */
const NAMED = 'run '
/** All of it was said before: what is not there by now does not come. */
const READ_MS = 5_000

export const describeStream = (runId: string): string => `${NAMED}${runId}`

export interface LeftBehind {
  readonly runId: string
  /** Bytes of all snapshots, as they were sent; some may be there twice. */
  snapshots(): Promise<readonly Uint8Array[]>
  /** It is not wanted any more. */
  forget(): Promise<void>
}

export async function runsLeftBehind(link: Link): Promise<readonly LeftBehind[]> {
  const found: LeftBehind[] = []
  for await (const { config } of link.jsm.streams.list()) {
    const { name, description = '' } = config
    if (!name.startsWith(STREAM_PREFIX) || !description.startsWith(NAMED)) continue
    const session = name.slice(STREAM_PREFIX.length)
    found.push({
      runId: description.slice(NAMED.length),
      snapshots: () => snapshotsOf(link, session),
      forget: async () => void (await link.jsm.streams.delete(name)),
    })
  }
  return found
}

async function snapshotsOf(link: Link, session: string): Promise<Uint8Array[]> {
  const { stream, postOf } = sessionSubjects(session)
  const consumer = await link.js.consumers.get(stream, { filter_subjects: postOf('from', '*') })
  const snapshots: Uint8Array[] = []
  let { num_pending: left } = await consumer.info()
  if (left === 0) return snapshots
  const parcels = new Parcels(link)
  const messages = await consumer.consume()
  const deadline = setTimeout(() => messages.stop(), READ_MS)
  for await (const { data } of messages) {
    for (const letter of openEnvelope(data).letters) {
      const bytes = await snapshotIn(letter, parcels)
      if (bytes !== undefined) snapshots.push(bytes)
    }
    if (--left === 0) messages.stop()
  }
  clearTimeout(deadline)
  return snapshots
}

async function snapshotIn(letter: Letter, parcels: Parcels): Promise<Uint8Array | undefined> {
  if (letter.kind === 'parcel')
    return snapshotIn(openLetter(await parcels.get(letter.hash)), parcels)
  if (letter.kind !== 'message') return undefined
  const report = letter.message as { type?: unknown; bytes?: unknown }
  return report.type === 'snapshot' && report.bytes instanceof Uint8Array ? report.bytes : undefined
}
