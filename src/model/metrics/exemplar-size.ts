/** How much room a kept request takes: its characters, which is nearly all of it. */
import type { Exemplar, ShownMessage } from '../../contracts/exemplar.ts'

/** Of the numbers in it. */
const FIXED_CHARS = 200

export function charsOf({ name, url, place, error, request, response }: Exemplar): number {
  const texts = name.length + url.length + place.length + (error?.message.length ?? 0)
  return FIXED_CHARS + texts + inMessage(request) + (response === null ? 0 : inMessage(response))
}

const inMessage = ({ head, body }: ShownMessage): number => head.length + body.length
