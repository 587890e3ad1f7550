/**
 * Which user of the run the n-th user of a scenario is. Ids count from 1 over all scenarios, in their order, so that two users never
 * have the same id, and with it the same random choices and rows of data. Users that replace ended ones of an open load come
 * behind all that the plan has room for, dealt to the scenarios in turn. Pure, so every worker computes the same.
 */
import type { LoadPlan } from '../../contracts/plan.ts'
import { usersPeak } from './shape.ts'

/** Ids of the users of the plan's `scenario`-th scenario, by their index over all workers, from 0 on. */
export function userIdsOf(plan: LoadPlan, scenario: number): (index: number) => number {
  const places = plan.scenarios.map(({ load }) => usersPeak(load))
  const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0)
  const before = sum(places.slice(0, scenario))
  const own = places[scenario] ?? 0
  const all = sum(places)
  return (index) =>
    index < own ? before + index + 1 : all + (index - own) * places.length + scenario + 1
}
