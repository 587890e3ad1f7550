import type { Gate, Meetings } from '../../contracts/user.ts'

/** Where nobody else is (`debug`, rehearsals): whoever comes to a rendezvous goes on at once. */
export const ALONE: Meetings = {
  join(_name, _size, released) {
    queueMicrotask(released)
    return () => undefined
  },
}

/** Where nobody pauses. */
export const OPEN_GATE: Gate = { closed: false, wait() {}, leave() {} }
