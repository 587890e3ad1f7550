/**
 * Host names to addresses: overrides first, then the system's resolver (getaddrinfo, so /etc/hosts counts), remembered for
 * `cacheMs`. getaddrinfo does not tell how long an answer holds, so a target that moves is followed within `cacheMs` (30 s);
 * 0 asks again for each connection. Simultaneous questions for one name are asked once. Addresses are handed out in turn, so
 * that a name with several spreads its connections. Failures are not remembered.
 */
import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import type { Clock } from '../../contracts/clock.ts'
import { DNS_NAMES_MAX } from '../../kernel/limits.ts'

export interface Address {
  readonly address: string
  readonly family: number
}

/** `addresses` is empty exactly when `errorCode` is not. */
export type Resolved = (addresses: readonly Address[], errorCode: string) => void

/** The form of `dns.lookup` used here; tests bring their own. */
export type Lookup = (
  hostname: string,
  options: { readonly all: true; readonly family: 0 | 4 | 6; readonly order: 'verbatim' },
  done: (error: NodeJS.ErrnoException | null, addresses: Address[]) => void,
) => void

export interface DnsOptions {
  readonly cacheMs: number
  /** 0: both, in the resolver's order. */
  readonly family: 0 | 4 | 6
  /** `{ 'shop.test': '127.0.0.1' }`, by lower-case host name or `host:port`; also to another name. */
  readonly hosts: Readonly<Record<string, string | readonly string[]>>
}

interface Answer {
  readonly addresses: readonly Address[]
  readonly untilMs: number
  turn: number
}

export class Dns {
  readonly #clock: Clock
  readonly #options: DnsOptions
  readonly #lookup: Lookup
  readonly #answers = new Map<string, Answer>()
  readonly #asking = new Map<string, Resolved[]>()

  constructor(
    clock: Clock,
    options: DnsOptions,
    lookup: Lookup = systemLookup as unknown as Lookup,
  ) {
    this.#clock = clock
    this.#options = options
    this.#lookup = lookup
  }

  /** What needs no waiting: a literal address, an override with addresses, a remembered answer. */
  known(hostname: string, port: number): readonly Address[] | undefined {
    const targets = this.#targets(hostname, port)
    if (targets.every((target) => isIP(target) !== 0)) return targets.map(literal)
    const answer = this.#answers.get(targets[0]!)
    if (answer === undefined || this.#clock.nowMs() >= answer.untilMs) return undefined
    return inTurn(answer)
  }

  /** Calls back once, not before it returns. */
  resolve(hostname: string, port: number, done: Resolved): void {
    const name = this.#targets(hostname, port)[0]!
    const waiting = this.#asking.get(name)
    if (waiting !== undefined) {
      waiting.push(done)
      return
    }
    this.#asking.set(name, [done])
    this.#lookup(
      name,
      { all: true, family: this.#options.family, order: 'verbatim' },
      (error, addresses) => {
        const everybody = this.#asking.get(name) ?? []
        this.#asking.delete(name)
        if (error !== null || addresses.length === 0) {
          for (const each of everybody) each([], error?.code ?? 'ENOTFOUND')
          return
        }
        const answer = { addresses, untilMs: this.#clock.nowMs() + this.#options.cacheMs, turn: 0 }
        if (this.#options.cacheMs > 0) this.#remember(name, answer)
        for (const each of everybody) each(inTurn(answer), '')
      },
    )
  }

  #targets(hostname: string, port: number): readonly string[] {
    const { hosts } = this.#options
    const override = hosts[`${hostname}:${port}`] ?? hosts[hostname] ?? hostname
    return typeof override === 'string' ? [override] : override.length > 0 ? override : [hostname]
  }

  #remember(name: string, answer: Answer): void {
    if (this.#answers.size >= DNS_NAMES_MAX) {
      for (const oldest of this.#answers.keys()) {
        this.#answers.delete(oldest)
        break
      }
    }
    this.#answers.set(name, answer)
  }
}

function literal(address: string): Address {
  return { address, family: isIP(address) }
}

/** The list, begun one further each time; within it, only the first family leads, the other is the fallback. */
function inTurn(answer: Answer): readonly Address[] {
  const { addresses } = answer
  if (addresses.length === 1) return addresses
  const family = addresses[0]!.family
  const leading = addresses.filter((each) => each.family === family)
  const others = addresses.filter((each) => each.family !== family)
  const start = answer.turn++ % leading.length
  return [...leading.slice(start), ...leading.slice(0, start), ...others]
}
