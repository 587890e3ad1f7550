/**
 * What a class says about its tasks, worked out once per class, tags and filter: which ones, in which order, with
 * which weights. Classes are only read. Order: tasks of the base class, then `static tasks`, then own marked methods;
 * an override takes the place of what it overrides. Choosing the next task costs a draw and a binary search, or
 * nothing when there is only one.
 */
import {
  type AnyClass,
  brandOf,
  isTaskSetClass,
  type Order,
  TASK,
  TASK_SET,
  TRANSITIONS,
} from './brand.ts'
import { checkChain } from './chain.ts'
import { cumulate, expand, pickIndex } from './pick.ts'
import { type Transition, tagsOf } from './task.ts'

// biome-ignore lint/suspicious/noExplicitAny: a function of the script; it is called with its user or task set
export type TaskFunction = (level: any) => unknown
/** A method name, a function, or a task set class. */
export type TaskItem = string | TaskFunction | AnyClass
export type TaskList =
  | Readonly<Record<string, number>>
  | readonly (TaskItem | readonly [TaskItem, number])[]
  | ReadonlyMap<TaskItem, number>

/** Exactly one of `run` and `set`. */
export interface Task {
  readonly name: string
  readonly weight: number
  readonly run: TaskFunction | undefined
  readonly set: AnyClass | undefined
  /** Its own tags and those of the sets around it. */
  readonly tags: readonly string[]
  readonly transitions: readonly Transition[]
}

export interface TaskFilter {
  /** null or empty: no filter. */
  readonly include: readonly string[] | null
  readonly exclude: readonly string[]
}

/** Where a user or task set stands among its tasks. */
export interface TaskPosition {
  /** In a sequence: what ran last; in a chain: the current task; −1 at the start. */
  _position: number
  /** Scheduled by the script, first in first out. */
  _queue: TaskItem[] | undefined
}

/** Where chance comes from. */
export interface Chance {
  /** Uniform in [0, 1). */
  decide(): number
}

interface Jump {
  readonly targets: readonly number[]
  readonly cumulated: Float64Array
}

export class TaskTable {
  readonly cls: AnyClass
  readonly order: Order
  readonly tasks: readonly Task[]
  /** For people: what is odd about it. */
  readonly warnings: readonly string[]
  readonly _inherited: readonly string[]
  readonly _cumulated: Float64Array
  readonly _sequence: readonly number[]
  readonly _jumps: readonly Jump[]

  constructor(cls: AnyClass, order: Order, tasks: readonly Task[], inherited: readonly string[]) {
    this.cls = cls
    this.order = order
    this.tasks = tasks
    this._inherited = inherited
    const weights = tasks.map((each) => each.weight)
    this._cumulated = cumulate(weights)
    this._sequence = order === 'sequential' ? expand(weights) : []
    this.warnings = order === 'markov' ? checkedChain(cls, tasks) : []
    this._jumps = order === 'markov' ? jumpsOf(tasks) : []
  }

  /** The next task; `chance` is asked for a number in [0, 1) when there is a choice. Moves `at` on. */
  next(at: TaskPosition, chance: Chance): Task {
    if (at._queue !== undefined && at._queue.length > 0) return this.find(at._queue.shift()!)
    if (this.order === 'random') {
      return this.tasks[this.tasks.length === 1 ? 0 : pickIndex(this._cumulated, chance.decide())]!
    }
    if (this.order === 'sequential') {
      at._position = (at._position + 1) % this._sequence.length
      return this.tasks[this._sequence[at._position]!]!
    }
    at._position = at._position < 0 ? 0 : follow(this._jumps[at._position]!, chance)
    return this.tasks[at._position]!
  }

  /** The task an item of the script means; it need not be one of the table. */
  find(item: TaskItem): Task {
    const known = this.tasks.find(
      (each) => each.name === item || each.run === item || each.set === item,
    )
    return known ?? toTask(resolve(this.cls, item, 1), this._inherited)
  }
}

/** All tables of one worker. */
export class TaskBook {
  readonly _filter: TaskFilter
  readonly _tables = new Map<AnyClass, Map<string, TaskTable>>()

  constructor(filter: TaskFilter) {
    this._filter = filter
  }

  /** The table of a user or task set class entered under `inherited` tags. Throws a sentence when it has no tasks. */
  of(cls: AnyClass, inherited: readonly string[] = []): TaskTable {
    const key = inherited.join('\n')
    const known = this._tables.get(cls)?.get(key)
    if (known !== undefined) return known
    const all = declaredTasks(cls).map((each) => toTask(each, inherited))
    if (all.length === 0) {
      throw new TypeError(
        `${cls.name} has no tasks: mark a method with @task, or list them in \`static tasks = { browse: 3 }\``,
      )
    }
    const order = (brandOf(cls, TASK_SET) as Order | undefined) ?? 'random'
    const kept = order === 'markov' ? all : all.filter((each) => this._keeps(each, []))
    if (!kept.some((each) => each.weight > 0)) {
      throw new TypeError(
        kept.length > 0
          ? `all tasks of ${cls.name} have weight 0`
          : `the tag filter leaves ${cls.name} without tasks: ${describeFilter(this._filter)}`,
      )
    }
    const table = new TaskTable(cls, order, kept, inherited)
    const tables = this._tables.get(cls) ?? new Map<string, TaskTable>()
    this._tables.set(cls, tables.set(key, table))
    return table
  }

  /** A set stays as long as one of its tasks does; `path` ends the search in sets that contain themselves. */
  _keeps(task: Task, path: readonly AnyClass[]): boolean {
    const { set } = task
    if (set === undefined || brandOf(set, TASK_SET) === 'markov')
      return keepsTags(task.tags, this._filter)
    if (path.includes(set)) return false
    return declaredTasks(set).some((each) => this._keeps(toTask(each, task.tags), [...path, set]))
  }
}

/** Exclusion wins; with an inclusion, what has no tag is dropped. */
export function keepsTags(tags: readonly string[], filter: TaskFilter): boolean {
  if (tags.some((each) => filter.exclude.includes(each))) return false
  const { include } = filter
  return include === null || include.length === 0 || tags.some((each) => include.includes(each))
}

interface Declared {
  readonly name: string
  readonly target: TaskFunction | AnyClass
  readonly weight: number
}

/** Tasks of a class and its bases in order; names are unique except in a list that repeats one. */
export function declaredTasks(cls: AnyClass): Declared[] {
  const found: Declared[] = []
  for (const each of lineage(cls)) {
    const listed = Object.hasOwn(each, 'tasks') ? (each as { tasks?: TaskList }).tasks : undefined
    const fresh = new Set<string>()
    for (const [item, weight] of entriesOf(listed)) {
      const task = resolve(cls, item, weight)
      // A list says anew what a base or a mark said; within itself it may repeat a task.
      if (!fresh.has(task.name)) drop(found, task.name)
      fresh.add(task.name)
      found.push(task)
    }
    for (const name of Object.getOwnPropertyNames(each.prototype)) {
      const target = ownMethod(each, name)
      const weight = brandOf(target, TASK)
      if (weight === undefined || fresh.has(name)) continue
      const task = resolve(cls, name, weight as number)
      const at = found.findIndex((other) => other.name === name)
      if (at < 0) found.push(task)
      else found[at] = task
    }
  }
  return found
}

/** From the base to the class itself. */
function lineage(cls: AnyClass): AnyClass[] {
  const classes: AnyClass[] = []
  for (let each: unknown = cls; typeof each === 'function' && each !== Function.prototype; ) {
    classes.unshift(each as AnyClass)
    each = Object.getPrototypeOf(each)
  }
  return classes
}

function ownMethod(cls: AnyClass, name: string): unknown {
  return Object.getOwnPropertyDescriptor(cls.prototype, name)?.value
}

function entriesOf(listed: TaskList | undefined): (readonly [TaskItem, number | undefined])[] {
  if (listed === undefined) return []
  if (listed instanceof Map) return [...listed]
  if (!Array.isArray(listed)) return Object.entries(listed)
  return listed.map((each) => (Array.isArray(each) ? [each[0], each[1]] : [each, undefined]))
}

/** `weight` undefined: what the function or class was marked with, else 1. */
function resolve(cls: AnyClass, item: TaskItem, weight: number | undefined): Declared {
  const target =
    typeof item === 'string'
      ? ((cls.prototype as Record<string, unknown>)[item] ??
        (cls as unknown as Record<string, unknown>)[item])
      : item
  if (typeof target !== 'function') {
    throw new TypeError(
      `${cls.name} lists the task ${JSON.stringify(item)}, but has no method of that name`,
    )
  }
  const size = weight ?? (brandOf(target, TASK) as number | undefined) ?? 1
  if (!(size >= 0))
    throw new TypeError(`${cls.name}: the weight of ${target.name} is ${size}, not a number`)
  const name = typeof item === 'string' ? item : target.name || 'task'
  return { name, target: target as TaskFunction | AnyClass, weight: size }
}

function drop(tasks: Declared[], name: string): void {
  for (let i = tasks.length - 1; i >= 0; i--) if (tasks[i]!.name === name) tasks.splice(i, 1)
}

function toTask(declared: Declared, inherited: readonly string[]): Task {
  const { name, target, weight } = declared
  const isSet = isTaskSetClass(target)
  const own = tagsOf(target)
  return {
    name,
    weight,
    run: isSet ? undefined : (target as TaskFunction),
    set: isSet ? target : undefined,
    tags: own.length === 0 ? inherited : [...new Set([...inherited, ...own])],
    transitions: (brandOf(target, TRANSITIONS) ?? []) as readonly Transition[],
  }
}

function checkedChain(cls: AnyClass, tasks: readonly Task[]): string[] {
  const { problem, at, unreachable } = checkChain(tasks)
  if (problem === 'unknownTarget')
    throw new TypeError(`${cls.name}: a transition leads to "${at}", which is no task of it`)
  if (problem !== undefined) {
    throw new TypeError(`${cls.name}: the chain ends at "${at}"; give it a @transition of its own`)
  }
  if (tasks.some((each) => tagsOf(each.run ?? each.set).length > 0)) {
    throw new TypeError(
      `${cls.name}: tags inside a chain would break it; tag the whole set instead`,
    )
  }
  return unreachable.map((name) => `${cls.name}: no transition leads to "${name}"`)
}

function jumpsOf(tasks: readonly Task[]): Jump[] {
  const indexOf = new Map(tasks.map((each, index) => [each.name, index]))
  return tasks.map((each) => ({
    targets: each.transitions.map(({ to }) => indexOf.get(to)!),
    cumulated: cumulate(each.transitions.map(({ weight }) => weight)),
  }))
}

function follow(jump: Jump, chance: Chance): number {
  return jump.targets[jump.targets.length === 1 ? 0 : pickIndex(jump.cumulated, chance.decide())]!
}

function describeFilter({ include, exclude }: TaskFilter): string {
  const parts = [
    include?.length ? `--tags ${include.join(' ')}` : '',
    exclude.length ? `--exclude-tags ${exclude.join(' ')}` : '',
  ]
  return parts.filter((each) => each !== '').join(', ')
}
