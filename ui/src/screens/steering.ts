/** A tenth more or less of the load of a run, as the change to ask for. Pure. */
import type { ChangeRequest, RunView } from '../api/types.ts'

/** A rise above so many times is asked about, unless it is small anyway. */
const MUCH = 3
const MUCH_AT_LEAST = 20

/** What can be changed by a step: a plan of one scenario without a fixed number of iterations. */
export function steerable(view: RunView): 'users' | 'arrivals' | undefined {
  const { scenarios } = view.result.run.plan
  const load = scenarios[0]?.load
  if (load === undefined || scenarios.length > 1 || 'iterations' in load) return undefined
  return load.kind.endsWith('users') ? 'users' : 'arrivals'
}

/** A load that stays as it is once it is reached, as `RunView.load` has it. */
const LEVEL = /^(\d+) users?\b|^(\d+(?:\.\d+)?)\/s /

/** What a step begins from, users or arrivals per second: where a constant load is going, or what one that changes asks for now. */
export function plannedNow(view: RunView): number {
  const [, users, perSec] = LEVEL.exec(view.load[0] ?? '') ?? []
  const level = users ?? perSec
  if (level !== undefined) return Number(level)
  const last = view.points.findLast((point) => point.paused !== true && point.planned !== null)
  if (last === undefined || last.planned === null) return 0
  const isUsers = steerable(view) === 'users'
  return isUsers ? last.planned.users : (last.planned.arrivals * 1_000) / last.spanMs
}

/** From what was wanted last, or is planned, by a tenth and by one at least; users may go down to none, a rate never does. */
export function stepped(now: number, sign: 1 | -1): number {
  return Math.max(0, Math.round(now) + sign * Math.max(1, Math.round(now / 10)))
}

/** How many times as much a number or a constant rate is as the load is now, when that is much; undefined: it is not. */
export function muchMore(view: RunView, { users, arrivals }: ChangeRequest): number | undefined {
  const perSec = /^(\d+(?:\.\d+)?)\/s$/.exec(arrivals?.trim() ?? '')?.[1]
  const wanted = typeof users === 'number' ? users : Number(perSec)
  const times = wanted / plannedNow(view)
  return steerable(view) !== undefined && times > MUCH && wanted > MUCH_AT_LEAST ? times : undefined
}

export const changeTo = (what: 'users' | 'arrivals', value: number): ChangeRequest =>
  what === 'users' ? { users: value } : { arrivals: `${Math.max(1, value)}/s` }
