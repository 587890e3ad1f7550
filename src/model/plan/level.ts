/**
 * One level of a load: `50/s`, `30/min` or 0 for arrivals, a whole number for users. A number without unit takes the one of its
 * neighbour, so that `10 → 50/s` means what it looks like.
 */
import type { Rate } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { USERS_MAX } from '../../kernel/limits.ts'
import { type LevelUnit, levelOf, ZERO } from './profile.ts'
import { parseRate } from './rate.ts'

/** Matches a level without catching it; for larger expressions. */
export const LEVEL = String.raw`\d+(?:\.\d+)?(?:\s*\/\s*[a-z]+)?`

/** The level, or what is wrong with the text at `path`. `per`: a unit such as `/s` for a number without one. */
export function parseLevel(text: string, unit: LevelUnit, path: string, per = ''): Rate | Problem {
  if (/^0+(?:\.0+)?$/.test(text)) return ZERO
  if (unit === 'users') return parseUsers(text, path)
  if (text.includes('/') || per === '') {
    if (/^0+(?:\.0+)?\s*\//.test(text)) return ZERO
    const parsed = parseRate(text, path)
    return 'rate' in parsed ? parsed.rate : parsed
  }
  const parsed = parseRate(text + per, path)
  return 'rate' in parsed ? parsed.rate : parsed
}

/** `/s` of `50/s`. */
export function unitOf(text: string): string {
  const slash = text.indexOf('/')
  return slash < 0 ? '' : text.slice(slash)
}

function parseUsers(text: string, path: string): Rate | Problem {
  const users = Number(text)
  if (Number.isInteger(users) && users <= USERS_MAX) return levelOf(users, 1)
  const why = text.includes('/')
    ? 'users are counted; a number per time is a rate of arrivals'
    : `users are whole numbers up to ${USERS_MAX}`
  const fix = text.includes('/')
    ? 'Write the number alone, or use `arrivals` instead of `users`.'
    : "Write a whole number, such as '100'."
  return problem('E_SHAPE', path, `${text} is no number of users`, why, fix)
}
