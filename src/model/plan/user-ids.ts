/**
 * Which user of the run the n-th user of a scenario is. Ids count from 1 over all scenarios, in their order, so that two users never
 * have the same id, and with it the same random choices and rows of data. Users that replace ended ones of an open load come
 * behind all that the plan has room for, dealt to the scenarios in turn. Pure, so every worker computes the same.
 *
 * A worker that joined during the run cannot know which users of an open load others have made already, and neither can those who
 * take over from it: what they make from then on has numbers of their own. Users of a closed load keep their id wherever they are.
 */
import type { LoadPlan, Share } from '../../contracts/plan.ts'
import { isOpen, usersPeak } from './shape.ts'

/** More users than a worker makes in any run. */
const USERS_PER_WORKER = 1e9

/** Ids of the users of the plan's `scenario`-th scenario, by their index over all workers, from 0 on; as `share` has it. */
export function userIdsOf(
  plan: LoadPlan,
  scenario: number,
  share?: Share,
): (index: number) => number {
  const places = plan.scenarios.map(({ load }) => usersPeak(load))
  const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0)
  const before = sum(places.slice(0, scenario))
  const own = places[scenario] ?? 0
  const all = sum(places)
  const after = (index: number): number => all + (index - own) * places.length + scenario + 1
  const load = plan.scenarios[scenario]?.load
  if (share !== undefined && load !== undefined && isOpen(load) && hasOwnNumbers(share)) {
    const first = (share.index + 1) * USERS_PER_WORKER
    return (index) => after(first + index)
  }
  return (index) => (index < own ? before + index + 1 : after(index))
}

const hasOwnNumbers = ({ index, lost, joined = [] }: Share): boolean =>
  joined.some(({ worker }) => worker === index || lost.includes(worker))
