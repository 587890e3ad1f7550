/**
 * Secrets of a script (`secret('NAME')`) print as a mask wherever they become text; here, where a request is written, their value
 * is needed. They are known by their mark, a registered symbol, so that this room does not depend on the one that makes them.
 */
export interface SecretLike {
  readonly name: string
  toJSON(): string
}

const SECRET = Symbol.for('onrush.secret')
const MASK = '•••'

/** The text of a secret; anything else unchanged. */
export function reveal<T>(value: T | SecretLike): T | string {
  if (typeof value !== 'object' || value === null) return value as T
  const read = (value as { readonly [SECRET]?: () => string })[SECRET]
  return read === undefined ? (value as T) : read.call(value)
}

/** `JSON.stringify` with secrets written out. Costs a second pass only when a mask came out. */
export function stringifyRevealed(value: unknown): string | undefined {
  const text = JSON.stringify(value)
  return text?.includes(MASK) === true ? JSON.stringify(value, revealing) : text
}

function revealing(this: unknown, name: string, value: unknown): unknown {
  // `toJSON` has run already; the holder still has what stood there.
  const original = (this as Record<string, unknown>)[name]
  const revealed = reveal(original)
  return revealed === original ? value : revealed
}
