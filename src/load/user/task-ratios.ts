/**
 * How often which task is chosen, as a tree: of each class its tasks with their shares, of a task set the tasks in it, and the same over
 * all classes together. For people; how users choose is in `task-table.ts`. A chain counts each of its tasks alike.
 */
import type { AnyClass } from './brand.ts'
import { TaskBook, type TaskFilter } from './task-table.ts'

/** Shares of the level above, 0 … 1; they sum to 1. */
export interface TaskRatios {
  readonly [name: string]: { readonly ratio: number; readonly tasks?: TaskRatios }
}

export interface WeighedClass {
  readonly name: string
  readonly userClass: AnyClass
  readonly weight: number
}

/** `perClass`: of each class what its users do; `total`: shares of everything. */
export function taskRatios(
  classes: readonly WeighedClass[],
  filter: TaskFilter,
): { readonly perClass: TaskRatios; readonly total: TaskRatios } {
  const book = new TaskBook(filter)
  const sum = classes.reduce((all, { weight }) => all + weight, 0)
  const perClass: Record<string, TaskRatios[string]> = {}
  const total: Record<string, TaskRatios[string]> = {}
  for (const { name, userClass, weight } of classes) {
    const ratio = sum === 0 ? 0 : weight / sum
    perClass[name] = { ratio, tasks: levelOf(book, userClass, [], 1, []) }
    total[name] = { ratio, tasks: levelOf(book, userClass, [], ratio, []) }
  }
  return { perClass, total }
}

/** `path` ends in sets that contain themselves. */
function levelOf(
  book: TaskBook,
  cls: AnyClass,
  inherited: readonly string[],
  share: number,
  path: readonly AnyClass[],
): TaskRatios {
  const { tasks, order } = book.of(cls, inherited)
  const weightOf = (weight: number): number => (order === 'markov' ? 1 : weight)
  const sum = tasks.reduce((all, { weight }) => all + weightOf(weight), 0)
  const level: Record<string, TaskRatios[string]> = {}
  for (const { name, weight, set, tags } of tasks) {
    const ratio = (share * weightOf(weight)) / sum
    const isNested = set !== undefined && !path.includes(set)
    level[name] = isNested
      ? { ratio, tasks: levelOf(book, set, tags, ratio, [...path, set]) }
      : { ratio }
  }
  return level
}
