/**
 * How many users are started or ended in one go before the event loop gets its turn. Normally `USERS_PER_TURN_MAX`; where the loop
 * comes back late, because the machine is full, fewer: a process that gets a twentieth of a core would need a second for one large
 * slice with all its connections, say nothing meanwhile, and be taken for dead.
 */
import { USERS_PER_TURN_MAX } from '../../kernel/limits.ts'

/** From one slice to the next the loop has this long. */
export const TURN_MS = 1
/**
 * Later than this is too much: half of the time between two signs of life. Not less, because a loop that merely waits for its turn among
 * other processes comes back no sooner for having done less.
 */
const LATE_MS = 250
/** Earlier than this leaves room for more. */
const EARLY_MS = 100
const USERS_PER_TURN_MIN = 10
/** The first one tells how much is possible: all workers of a machine begin at the same instant. */
const USERS_FIRST = 50

export class Slice {
  size = USERS_FIRST

  /** `lateMs`: by how much the loop came back later than `TURN_MS` after the slice before. */
  adapt(lateMs: number): void {
    if (lateMs > LATE_MS) this.size = Math.max(USERS_PER_TURN_MIN, this.size >> 1)
    else if (lateMs < EARLY_MS) this.size = Math.min(USERS_PER_TURN_MAX, this.size * 2)
  }
}
