/**
 * The rendezvous of one worker's users. It counts how many wait under each name, tells the coordinator of changes (together, at
 * most every few milliseconds) and lets as many go as it is told, first come first served. Who meets whom is the coordinator's
 * business: users of all workers meet in one place.
 */
import type { Clock } from '../../contracts/clock.ts'
import type { Meetings } from '../../contracts/user.ts'

const TELL_AFTER_MS = 5

interface Meeting {
  readonly size: number
  /** In order of arrival. */
  readonly waiting: Set<() => void>
  /** Not yet told. */
  change: number
}

export interface MeetingChange {
  readonly name: string
  readonly size: number
  /** Users that came, less those that gave up. */
  readonly change: number
}

export class WorkerMeetings implements Meetings {
  readonly #clock: Clock
  readonly #tell: (change: MeetingChange) => void
  readonly #meetings = new Map<string, Meeting>()
  #telling = false

  constructor(clock: Clock, tell: (change: MeetingChange) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  join(name: string, size: number, released: () => void): () => void {
    const meeting = this.#meetings.get(name) ?? { size, waiting: new Set(), change: 0 }
    this.#meetings.set(name, meeting)
    meeting.waiting.add(released)
    this.#changed(meeting, 1)
    return () => {
      if (meeting.waiting.delete(released)) this.#changed(meeting, -1)
    }
  }

  /** Lets `count` users go. Who gave up while this was on its way is told as having come again: its leaving is told as well. */
  release(name: string, count: number): void {
    const meeting = this.#meetings.get(name)
    if (meeting === undefined) return
    const going = [...meeting.waiting].slice(0, count)
    for (const released of going) {
      meeting.waiting.delete(released)
      released()
    }
    if (going.length < count) this.#changed(meeting, count - going.length)
  }

  #changed(meeting: Meeting, change: number): void {
    meeting.change += change
    if (this.#telling) return
    this.#telling = true
    this.#clock.at(this.#clock.nowMs() + TELL_AFTER_MS, () => this.#tellAll(), undefined)
  }

  #tellAll(): void {
    this.#telling = false
    for (const [name, meeting] of this.#meetings) {
      if (meeting.change !== 0) this.#tell({ name, size: meeting.size, change: meeting.change })
      meeting.change = 0
      if (meeting.waiting.size === 0) this.#meetings.delete(name)
    }
  }
}
