/**
 * The shop's own account of what reached it: the other side's numbers, which a load test's result must equal.
 * Bytes are those of the socket, heads included, attributed to the route that was being served; they are exact in
 * total and per route as long as a connection carries one request at a time. Asking for the ledger or turning a knob
 * (`/_…`) is not counted.
 */
import type { Socket } from 'node:net'

export interface RouteLedger {
  requests: number
  bytesIn: number
  bytesOut: number
  /** Status → answers; a request whose connection ended before its answer is under `aborted`. */
  readonly statuses: Record<string, number>
}

export interface LedgerPage {
  readonly requests: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly aborted: number
  readonly connections: number
  readonly routes: Readonly<Record<string, Readonly<RouteLedger>>>
}

export class Ledger {
  readonly #routes = new Map<string, RouteLedger>()
  readonly #seen = new WeakMap<Socket, { bytesIn: number; bytesOut: number }>()
  #connections = 0

  connected(socket: Socket): void {
    this.#connections++
    this.#seen.set(socket, { bytesIn: 0, bytesOut: 0 })
  }

  /** A request has been answered in full (`status`) or lost its connection (`'aborted'`). */
  ended(route: string, status: number | 'aborted', socket: Socket): void {
    const entry = this.#route(route)
    const seen = this.#seen.get(socket)
    entry.requests++
    entry.statuses[status] = (entry.statuses[status] ?? 0) + 1
    if (seen === undefined) return
    entry.bytesIn += socket.bytesRead - seen.bytesIn
    entry.bytesOut += socket.bytesWritten - seen.bytesOut
    this.ignore(socket)
  }

  /** What the socket carried up to now belongs to nobody. */
  ignore(socket: Socket): void {
    const seen = this.#seen.get(socket)
    if (seen === undefined) return
    seen.bytesIn = socket.bytesRead
    seen.bytesOut = socket.bytesWritten
  }

  reset(): void {
    this.#routes.clear()
    this.#connections = 0
  }

  page(): LedgerPage {
    const routes = [...this.#routes.values()]
    const sum = (of: (route: RouteLedger) => number) =>
      routes.reduce((all, one) => all + of(one), 0)
    return {
      requests: sum((route) => route.requests),
      bytesIn: sum((route) => route.bytesIn),
      bytesOut: sum((route) => route.bytesOut),
      aborted: sum((route) => route.statuses['aborted'] ?? 0),
      connections: this.#connections,
      routes: Object.fromEntries(
        [...this.#routes].map(([name, route]) => [
          name,
          { ...route, statuses: { ...route.statuses } },
        ]),
      ),
    }
  }

  #route(name: string): RouteLedger {
    let route = this.#routes.get(name)
    if (route === undefined) {
      route = { requests: 0, bytesIn: 0, bytesOut: 0, statuses: {} }
      this.#routes.set(name, route)
    }
    return route
  }
}
