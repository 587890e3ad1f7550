/**
 * Users and task sets are constructed without arguments, so that a script never has to pass anything on to `super`.
 * What they belong to is put into one slot just before `new` and taken out by the base constructor. The slot lives on
 * `globalThis`, so that two copies of the package share it. Not re-entrant by need: constructors are synchronous.
 */
import type { AnyClass } from './brand.ts'

interface Slot {
  owner: unknown
}
const KEY = Symbol.for('onrush.constructing')
const shared = globalThis as unknown as Record<symbol, Slot | undefined>
shared[KEY] ??= { owner: undefined }
const slot: Slot = shared[KEY]

/** Makes an instance of a class of the script that belongs to `owner`. Throws what the constructor throws. */
export function construct(cls: AnyClass, owner: unknown): object {
  const before = slot.owner
  slot.owner = owner
  try {
    return new (cls as new () => object)()
  } finally {
    slot.owner = before
  }
}

/** For base constructors: what the instance belongs to. Throws a sentence for people who wrote `new Shopper()`. */
export function takeOwner<Owner>(className: string): Owner {
  const owner = slot.owner
  if (owner === undefined) {
    throw new TypeError(
      `${className} cannot be made with \`new\`: the run makes users and task sets itself, because each needs a ` +
        `clock, a seed and a recorder. Export the class, or list it in \`static tasks\`, instead.`,
    )
  }
  slot.owner = undefined
  return owner as Owner
}
