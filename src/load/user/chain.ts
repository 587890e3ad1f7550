/**
 * Chains of tasks as plain data: is a chain sound, and which tasks can never be reached. Pure.
 * The walk itself is `pickIndex` over the transitions of the current task, see `task-table.ts`.
 */
import type { Transition } from './task.ts'

export interface ChainTask {
  readonly name: string
  readonly transitions: readonly Transition[]
}
export type ChainProblem = 'noTasks' | 'unknownTarget' | 'targetWithoutTransitions'

export interface ChainCheck {
  readonly problem: ChainProblem | undefined
  /** The task the problem is about. */
  readonly at: string
  /** No way leads there from the first task: worth a warning. Empty when there is a problem. */
  readonly unreachable: readonly string[]
}

export function checkChain(tasks: readonly ChainTask[]): ChainCheck {
  const first = tasks[0]
  if (first === undefined) return { problem: 'noTasks', at: '', unreachable: [] }
  const byName = new Map(tasks.map((each) => [each.name, each]))
  for (const each of tasks) {
    for (const { to } of each.transitions) {
      const target = byName.get(to)
      if (target === undefined) return { problem: 'unknownTarget', at: to, unreachable: [] }
      if (target.transitions.length === 0) {
        return { problem: 'targetWithoutTransitions', at: to, unreachable: [] }
      }
    }
  }
  if (first.transitions.length === 0) {
    return { problem: 'targetWithoutTransitions', at: first.name, unreachable: [] }
  }
  const reached = new Set([first.name])
  // A set visits what is added while it is walked, so this follows every way out.
  for (const name of reached) {
    for (const { to } of byName.get(name)!.transitions) reached.add(to)
  }
  const unreachable = tasks.filter((each) => !reached.has(each.name)).map((each) => each.name)
  return { problem: undefined, at: '', unreachable }
}
