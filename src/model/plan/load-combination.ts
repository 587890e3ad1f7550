/**
 * Which keys of a scenario go together: a load is closed or open, and constant, over time or so many iterations. A key that
 * would have no effect is a mistake, because whoever wrote it expects one.
 */
import type { ObjectReader } from './reader.ts'

/** `amount`: what `users`, `arrivals` or `stages` came to; undefined when they could not be read. */
export function checkCombination(
  reader: ObjectReader,
  amount: { readonly isOpen: boolean; readonly isShape: boolean } | undefined,
): void {
  const has = (key: string): boolean => (reader.get(key) ?? null) !== null
  const given = ['users', 'arrivals', 'stages'].filter(has)
  const misplaced = (key: string, why: string): void => {
    if (has(key)) reader.report(key, `\`${key}\` has no meaning here`, why)
  }
  if (has('users') && has('arrivals')) {
    const why = '`users` is a closed load, `arrivals` an open one'
    const fix = 'Keep one of them. To bound the users of an open load, use `usersMax`.'
    reader.report('', 'both `users` and `arrivals` are given', why, fix)
    return
  }
  if (given.length > 1) {
    const both = given.map((key) => `\`${key}\``).join(' and ')
    const fix = 'Keep one of them. Where the stages begin is said by `from`.'
    reader.report('', `both ${both} are given`, 'each of them says how much load to make', fix)
    return
  }
  if (given.length === 0) {
    const why = 'nothing says how much load to make'
    const fix = "Add `users: 10` or `arrivals: '50/s'`."
    reader.report('', 'neither `users` nor `arrivals` is given', why, fix)
    return
  }
  // What has a meaning beside a load that nobody can read is not known.
  if (amount === undefined) return
  const { isOpen, isShape } = amount
  if (!isOpen) misplaced('usersMax', 'it bounds an open load')
  if (isOpen) misplaced('spawnRate', 'it belongs to a closed load')
  else if (isShape) misplaced('spawnRate', 'the phases say how fast users start')
  else if (has('iterations')) misplaced('spawnRate', 'all users begin their iterations at once')
  if (isOpen || isShape) misplaced('iterations', 'it belongs to a number of users')
  if (!has('iterations')) misplaced('perUser', 'it belongs to `iterations`')
  if (isOpen || !isShape) misplaced('gracefulRampDown', 'it belongs to users over time')
}
