/**
 * How calls end that are not served any more. The first ones reject at once, so that whoever made them can clean up; further ones
 * never settle, so that a loop that swallows errors (`for (;;) try { await … } catch {}`) stops there, and is collected, instead of
 * keeping the event loop to itself. Costs nothing before the first refusal.
 */
import { REFUSALS_MAX } from './limits.ts'

export class Refusals {
  _left = REFUSALS_MAX

  /** Rejects with `why`, or never settles. Nobody has to handle it: a call that is not awaited ends quietly. */
  refuse(why: unknown): Promise<never> {
    if (this._left-- <= 0) return new Promise(() => undefined)
    const refused = Promise.reject(why)
    refused.catch(() => undefined)
    return refused
  }
}
