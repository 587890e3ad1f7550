/**
 * Every subject and stream name this transport uses, in one place: what an administrator grants or denies.
 *
 *   onrush.find                     who is there? Every worker answers
 *   onrush.worker.ID                asks one worker to serve a run
 *   onrush.SESSION.beat             the coordinator lives (to all workers of its run), or takes its leave
 *   onrush.SESSION.pulse.to.N       heartbeats, which are worth nothing later: not stored
 *   onrush.SESSION.pulse.from.N
 *   onrush.SESSION.post.to.N        everything else, kept by JetStream until it was taken
 *   onrush.SESSION.post.from.N
 *
 * SESSION and ID are random and name one run's messages and one worker process; N counts the workers that were asked.
 */
import { randomBytes } from 'node:crypto'

/** Never the same twice, and good as a word of a subject. */
export const newId = (): string => randomBytes(10).toString('hex')

export const FIND = 'onrush.find'

export const workerSubject = (id: string): string => `onrush.worker.${id}`

/** Script bundles and other large things, by their hash: an object store of all runs. */
export const PARCEL_STORE = 'onrush-parcels'

/** Streams of runs begin with it. */
export const STREAM_PREFIX = 'onrush-run-'

export interface SessionSubjects {
  readonly stream: string
  /** What the stream keeps. */
  readonly post: string
  readonly beat: string
  pulse(direction: 'to' | 'from', slot: number | '*'): string
  postOf(direction: 'to' | 'from', slot: number | '*'): string
}

export function sessionSubjects(session: string): SessionSubjects {
  const root = `onrush.${session}`
  return {
    stream: `${STREAM_PREFIX}${session}`,
    post: `${root}.post.>`,
    beat: `${root}.beat`,
    pulse: (direction, slot) => `${root}.pulse.${direction}.${slot}`,
    postOf: (direction, slot) => `${root}.post.${direction}.${slot}`,
  }
}

/** The last word of `pulse` and `post`; NaN when it is no number. */
export const slotOf = (subject: string): number =>
  Number(subject.slice(subject.lastIndexOf('.') + 1) || Number.NaN)
