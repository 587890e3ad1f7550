/**
 * Marks by which the parts of a script are known. They are registered symbols rather than `instanceof`, so that a
 * script bundled against another copy of the package is still understood. Looking one up costs a property read.
 */

/** On every user class (static). */
export const USER: unique symbol = Symbol.for('onrush.user')
/** On every task set class (static): how its tasks follow each other. */
export const TASK_SET: unique symbol = Symbol.for('onrush.taskSet')
/** On a function or task set class that is a task: its weight. */
export const TASK: unique symbol = Symbol.for('onrush.task')
/** On a function or task set class: its tags. */
export const TAGS: unique symbol = Symbol.for('onrush.tags')
/** On a function: where a chain goes from it. */
export const TRANSITIONS: unique symbol = Symbol.for('onrush.transitions')
/** On a thrown signal: which one it is. */
export const SIGNAL: unique symbol = Symbol.for('onrush.signal')
/** On a user or task set instance: the core that drives it. */
export const CORE: unique symbol = Symbol.for('onrush.core')
/** On every `LoadTestShape` (static). */
export const LOAD_TEST_SHAPE: unique symbol = Symbol.for('onrush.loadTestShape')
/** On a class made by `scenario()`: the name it was given. */
export const NAME: unique symbol = Symbol.for('onrush.name')

/** How the tasks of a set follow each other. */
export type Order = 'random' | 'sequential' | 'markov'

/** Any class; scripts decide what its constructor does. */
// biome-ignore lint/suspicious/noExplicitAny: a class of the script, of whatever shape
export type AnyClass = abstract new (...args: any[]) => object

/** Reads a brand of anything; undefined when it has none. */
export function brandOf(value: unknown, brand: symbol): unknown {
  if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return undefined
  return (value as Record<symbol, unknown>)[brand]
}

/** Sets a brand on this very function or class; a subclass that sets its own does not touch its base. */
export function setBrand(target: object, brand: symbol, value: unknown): void {
  Object.defineProperty(target, brand, { value, configurable: true, writable: true })
}

export function isTaskSetClass(value: unknown): value is AnyClass {
  return typeof value === 'function' && brandOf(value, TASK_SET) !== undefined
}
