/**
 * `@task`, `@tag`, `@transition`: they mark a function (or a task set class) and change nothing else, so a task costs
 * nothing at run time. Both call shapes are understood, the standard one `(method, context)` and the older
 * `(prototype, key, descriptor)`, because tsconfigs differ. Who reads the marks: `task-table.ts`.
 */
import { brandOf, setBrand, TAGS, TASK, TRANSITIONS } from './brand.ts'

/** A decorator for methods and classes under either compiler setting. */
export interface Mark {
  // biome-ignore lint/suspicious/noExplicitAny: a decorator accepts every method of every class
  (target: any, context: ClassMethodDecoratorContext | ClassDecoratorContext): void
  // biome-ignore lint/suspicious/noExplicitAny: the older shape has no narrower type
  (target: any, key: string, descriptor: PropertyDescriptor): void
  // biome-ignore lint/suspicious/noExplicitAny: the older shape for classes
  (target: any): void
}

interface TaskMark extends Mark {
  (weight?: number): Mark
}

/** One way out of a task of a chain. */
export interface Transition {
  readonly to: string
  readonly weight: number
}

/** Names no task may have: they already mean something on users and task sets. */
const RESERVED: readonly string[] = [
  'constructor',
  'onStart',
  'onStop',
  'run',
  'sleep',
  'rendezvous',
  'stop',
  'transaction',
  'metrics',
  'wait',
  'waitTime',
  'interrupt',
  'scheduleTask',
]

/** `@task`, `@task()` or `@task(3)`: a task of this weight (1 by default; in sequences: times in a row). */
export const task = ((first: unknown, second?: unknown, third?: unknown): Mark | undefined => {
  const weight = first === undefined && second === undefined ? 1 : first
  if (typeof weight !== 'number') {
    markTask(1, first, second, third)
    return undefined
  }
  if (!(weight >= 0) || weight === Number.POSITIVE_INFINITY) {
    throw new TypeError(`@task(${weight}): a weight is a number of 0 or more`)
  }
  return ((target: unknown, key?: unknown, descriptor?: unknown) =>
    markTask(weight, target, key, descriptor)) as Mark
}) as TaskMark

/** `@tag('cart', 'slow')`: for `--tags` and `--exclude-tags`. Repeated ones add up. A tag on a set is on all its tasks. */
export function tag(...tags: string[]): Mark {
  if (tags.length === 0) throw new TypeError("@tag needs at least one name, such as @tag('cart')")
  return ((first: unknown, second?: unknown, third?: unknown) => {
    const { target } = markedBy('@tag', first, second, third)
    const before = Object.hasOwn(target, TAGS) ? tagsOf(target) : []
    setBrand(target, TAGS, [...new Set([...before, ...tags])])
  }) as Mark
}

/** In a `MarkovTaskSet`: after this task, `to` may follow. The method is a task by that. */
export function transition(to: string, weight = 1): Mark {
  return transitions({ [to]: weight })
}

/** Several at once: `{ pay: 3, leave: 1 }`, or `['pay', ['leave', 2]]`. */
export function transitions(
  targets: Readonly<Record<string, number>> | readonly (string | readonly [string, number])[],
): Mark {
  const added = Array.isArray(targets)
    ? targets.map((each) => (typeof each === 'string' ? ([each, 1] as const) : each))
    : Object.entries(targets)
  for (const [to, weight] of added) {
    if (!(weight > 0)) throw new TypeError(`@transition('${to}', ${weight}): a weight is above 0`)
  }
  return ((first: unknown, second?: unknown, third?: unknown) => {
    const { target } = markedBy('@transition', first, second, third)
    const before = (brandOf(target, TRANSITIONS) ?? []) as readonly Transition[]
    // Decorators run from the bottom up: what stands above in the source was written first.
    const mine = added.map(([to, weight]) => ({ to, weight }))
    setBrand(target, TRANSITIONS, [...mine, ...before])
    if (brandOf(target, TASK) === undefined) setBrand(target, TASK, 1)
  }) as Mark
}

/** Tags of a function or class; empty when it has none. */
export function tagsOf(target: unknown): readonly string[] {
  return (brandOf(target, TAGS) ?? []) as readonly string[]
}

function markTask(weight: number, first: unknown, second: unknown, third: unknown): void {
  const { target, name } = markedBy('@task', first, second, third)
  if (RESERVED.includes(name)) {
    throw new TypeError(`@task on ${name}: that name has a meaning of its own; rename the task`)
  }
  setBrand(target, TASK, weight)
}

/** What was decorated, under either call shape. */
function markedBy(
  decorator: string,
  first: unknown,
  second: unknown,
  third: unknown,
): { target: object; name: string } {
  const standard = typeof second === 'object' && second !== null && 'kind' in second
  const target = standard || second === undefined ? first : (third as PropertyDescriptor)?.value
  const name = String(standard ? (second as { name?: unknown }).name : (second ?? ''))
  if (typeof target !== 'function') {
    throw new TypeError(
      `${decorator} marks methods and task set classes, not ${name === '' ? typeof target : name}`,
    )
  }
  if (standard) {
    const context = second as ClassMethodDecoratorContext
    if (context.private || context.static) {
      throw new TypeError(`${decorator} on ${name}: a task is neither private nor static`)
    }
  }
  return { target, name }
}
