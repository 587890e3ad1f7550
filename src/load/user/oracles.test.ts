import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { setBrand, TRANSITIONS } from './brand.ts'
import { checkChain } from './chain.ts'
import { cumulate, expand, pickIndex } from './pick.ts'
import { MarkovTaskSet, SequentialTaskSet, TaskSet } from './task-set.ts'
import { type Chance, declaredTasks, keepsTags, TaskBook, type TaskList } from './task-table.ts'
import { constant, type Pace, paced, spread, type Waiter } from './wait.ts'

// biome-ignore lint/suspicious/noExplicitAny: cases of many shapes, read from JSON
type Case = { id: string; kind: string; title: string; input: any; expect: any }

const load = (name: string): Case[] =>
  JSON.parse(
    readFileSync(
      new URL(`../../../test/fixtures/oracles/load/${name}.json`, import.meta.url),
      'utf8',
    ),
  ).cases

const fraction = (text: string): number => {
  const [top, bottom] = text.split('/')
  return Number(top) / Number(bottom ?? 1)
}
const book = new TaskBook({ include: null, exclude: [] })
const never: Chance = {
  decide: () => {
    throw new Error('asked for chance')
  },
}
const functionNamed = (name: string): (() => void) => {
  const made = (): void => {}
  Object.defineProperty(made, 'name', { value: name })
  return made
}
const listOf = (tasks: { name: string; weight?: number }[]): TaskList =>
  tasks.map((each) => [functionNamed(each.name), each.weight ?? 1] as const)
const chainOf = (tasks: { name: string; transitions: { to: string; weight: number }[] }[]) => {
  class Chain extends MarkovTaskSet {
    static override tasks = tasks.map((each) => {
      const task = functionNamed(each.name)
      setBrand(task, TRANSITIONS, each.transitions)
      return task
    })
  }
  return book.of(Chain)
}
/** Step of a chain as a matrix, from the same jumps the walk uses. */
const advance = (table: ReturnType<typeof chainOf>, shares: number[]): number[] => {
  const next = shares.map(() => 0)
  table._jumps.forEach((jump, from) => {
    const total = jump.cumulated.at(-1)!
    jump.targets.forEach((to, i) => {
      next[to]! += (shares[from]! * (jump.cumulated[i]! - (jump.cumulated[i - 1] ?? 0))) / total
    })
  })
  return next
}
const named = (table: ReturnType<typeof chainOf>, shares: number[]) =>
  Object.fromEntries(table.tasks.map((each, i) => [each.name, shares[i]]))

const runTaskOrder: Record<string, (each: Case) => void> = {
  sequential({ input, expect: wanted }) {
    class Steps extends SequentialTaskSet {
      static override tasks = listOf(input.tasks)
    }
    const table = book.of(Steps)
    const at = { _position: -1, _queue: undefined }
    const order = Array.from({ length: input.count }, () => table.next(at, never).name)
    expect(order).toEqual(wanted.order)
  },
  expand({ input, expect: wanted }) {
    const [base, listed, own] = input.groupsInOrder
    class Base extends TaskSet {
      static override tasks = listOf(base)
    }
    class Derived extends Base {
      static override tasks = listOf([...listed, ...own])
    }
    const declared = declaredTasks(Derived)
    const names = expand(declared.map((each) => each.weight)).map((index) => declared[index]!.name)
    expect(names).toEqual(wanted.expanded)
  },
  pick({ input, expect: wanted }) {
    const cumulated = cumulate(input.tasks.map((each: { weight: number }) => each.weight))
    const picked = input.uniform.map(
      (each: string) => input.tasks[pickIndex(cumulated, fraction(each))].name,
    )
    expect(picked).toEqual(wanted.picked)
  },
  queue({ input, expect: wanted }) {
    class Queued extends SequentialTaskSet {
      static override tasks = listOf(input.otherwise.map((name: string) => ({ name })))
    }
    const all = input.steps.flatMap((step: { schedule: { task: string }[] }) => step.schedule)
    const functions = new Map<string, () => void>(
      all.map((each: { task: string }) => [each.task, functionNamed(each.task)]),
    )
    const table = book.of(Queued)
    const at = { _position: -1, _queue: [] as (() => void)[] }
    const order = input.steps.map((step: { schedule: { task: string; front: boolean }[] }) => {
      for (const { task, front } of step.schedule) {
        TaskSet.prototype.scheduleTask.call(at as unknown as TaskSet, functions.get(task)!, front)
      }
      return table.next(at, never).name
    })
    expect(order).toEqual(wanted.order)
  },
  tags({ input, expect: wanted }) {
    const kept = input.tasks.filter((each: { tags: string[] }) => keepsTags(each.tags, input))
    expect(kept.map((each: { name: string }) => each.name)).toEqual(wanted.kept)
  },
  ratio({ input, expect: wanted }) {
    const classWeights = input.classes.map((each: { weight: number }) => each.weight)
    const all = cumulate(classWeights).at(-1)!
    for (const cls of input.classes) {
      const sums = cumulate(cls.tasks.map((each: { weight: number }) => each.weight))
      cls.tasks.forEach((each: { name: string }, i: number) => {
        const share = (cls.weight / all) * ((sums[i]! - (sums[i - 1] ?? 0)) / sums.at(-1)!)
        expect(share).toBeCloseTo(fraction(wanted.ratioExact[`${cls.name}.${each.name}`]), 12)
      })
    }
  },
  chainWalk({ input, expect: wanted }) {
    const table = chainOf(input.tasks)
    const at = { _position: -1, _queue: undefined }
    const order = [table.next(at, never).name]
    for (const each of input.uniform) {
      order.push(table.next(at, { decide: () => fraction(each) }).name)
    }
    expect(order).toEqual(wanted.order)
  },
  chainCheck({ input, expect: wanted }) {
    const check = checkChain(input.tasks)
    expect(check.problem ?? null).toBe(wanted.problem)
    expect(check.unreachable).toEqual(wanted.unreachable)
  },
  chainAfter({ input, expect: wanted }) {
    const table = chainOf(input.tasks)
    let shares: number[] = table.tasks.map((_, i) => (i === 0 ? 1 : 0))
    for (let i = 0; i < input.transitionsDone; i++) shares = advance(table, shares)
    for (const [name, share] of Object.entries(named(table, shares))) {
      expect(share).toBeCloseTo(fraction(wanted.probabilityByTaskExact[name]), 12)
    }
  },
  chainStationary({ input, expect: wanted }) {
    const table = chainOf(input.tasks)
    let shares: number[] = table.tasks.map((_, i) => (i === 0 ? 1 : 0))
    for (let i = 0; i < 1000; i++) shares = advance(table, shares)
    for (const [name, share] of Object.entries(named(table, shares))) {
      expect(share).toBeCloseTo(fraction(wanted.probabilityByTaskExact[name]), 9)
    }
  },
}

const runWait: Record<string, (each: Case) => void> = {
  between({ input, expect: wanted }) {
    input.uniform.forEach((each: string, i: number) => {
      const waitNs = Math.floor(spread(input.minNs, input.maxNs, fraction(each)))
      expect(Math.abs(waitNs - wanted.waitNs[i])).toBeLessThanOrEqual(1)
    })
  },
  constant({ input, expect: wanted }) {
    const wait = constant(input.waitNs / 1e9)
    const waits = Array.from({ length: input.count }, () => wait({} as Waiter) * 1e9)
    expect(waits).toEqual(wanted.waitNs)
  },
  pacing({ input, expect: wanted }) {
    const periodNs = input.periodNs ?? Math.floor(1e9 / fraction(String(input.iterationsPerSec)))
    const pace: Pace = { lastRun: 0, lastWait: 0 }
    let nowNs = input.constructToFirstTaskNs
    const steps = input.steps.map((step: { taskNs: number; sleepOvershootNs: number }) => {
      const taskStartNs = nowNs
      const waitStartNs = taskStartNs + step.taskNs
      const waitNs = paced(periodNs, pace, waitStartNs)
      nowNs = waitStartNs + waitNs + step.sleepOvershootNs
      return { taskStartNs, waitStartNs, waitNs }
    })
    expect(steps).toEqual(wanted.steps)
  },
}

describe('task order follows the oracle', () => {
  for (const each of load('task-order')) {
    test(`${each.id} ${each.title}`, () => runTaskOrder[each.kind]!(each))
  }
})
describe('waits follow the oracle', () => {
  for (const each of load('wait-times')) {
    test(`${each.id} ${each.title}`, () => runWait[each.kind]!(each))
  }
})
