/** The pool that `onrush serve` watches: who has joined, as the page and the terminal show it. Asked anew each time, never kept. */
import { maskAddress } from '../../kernel/mask-address.ts'
import { type Dial, dial } from '../../plugins/transports/nats/connect.ts'
import { findWorkers } from '../../plugins/transports/nats/pool.ts'
import type { PoolMember } from '../../run/web/pool-route.ts'

/** Answers to one question come within this. */
const ASK_MS = 300

export interface PoolView {
  /** By name. Empty, too, while the server is away. */
  members(): Promise<readonly PoolMember[]>
  close(): Promise<void>
}

/** Dials; throws `OnrushError`. */
export async function openPool(options: Dial, say: (text: string) => void): Promise<PoolView> {
  const link = await dial(options)
  return {
    async members() {
      if (!link.up) return []
      const found = await findWorkers(link, ASK_MS, () => false, say)
      return found
        .map(({ name, version, labels, power, servedBy }) => ({
          name,
          version,
          labels,
          power: Number.isFinite(power) ? Math.round(power) : null,
          servedBy,
        }))
        .sort((one, other) => compare(one.name, other.name))
    },
    close: () => link.close(),
  }
}

/** One line for the terminal. */
export function poolText(url: string, members: readonly PoolMember[]): string {
  const free = members.filter((each) => each.servedBy === null).length
  const busy = members.length - free
  const workers = members.length === 0 ? 'nobody has joined yet' : `${free} free, ${busy} busy`
  return ` pool  ${maskAddress(url)}: ${workers}`
}

const { compare } = new Intl.Collator('en', { numeric: true })
