/**
 * Values that must never be read off a log, a report or a trace. A secret prints as `•••` wherever it is turned
 * into text; only clients read the value, by the mark below, when they build a request. Where values come from
 * (the environment, a vault) is the application's business: it installs a reader.
 */

const SECRET = Symbol.for('onrush.secret')
const INSPECT = Symbol.for('nodejs.util.inspect.custom')
const MASK = '•••'
const READER = Symbol.for('onrush.secretReader')

export type SecretReader = (name: string) => string | undefined
const shared = globalThis as unknown as Record<symbol, SecretReader | undefined>

export class Secret {
  readonly name: string
  readonly #value: string
  constructor(name: string, value: string) {
    this.name = name
    this.#value = value
  }
  [SECRET](): string {
    return this.#value
  }
  toString(): string {
    return MASK
  }
  toJSON(): string {
    return MASK
  }
  [INSPECT](): string {
    return `secret(${this.name})`
  }
}

/** Installed once by the application, before scripts are loaded. */
export function installSecretReader(read: SecretReader): void {
  shared[READER] = read
}

/** The secret `name`, by default from the environment. Throws a sentence when it is not set. */
export function secret(name: string): Secret {
  const value = shared[READER]?.(name)
  if (value === undefined) {
    throw new Error(
      `secret('${name}') is not set; give it in the environment: ${name}=… onrush run …`,
    )
  }
  return new Secret(name, value)
}
