/**
 * The next local port for a connection from a chosen source address. Linux finds one itself, but for a socket that is bound to an
 * address it tries port after port, every second one of the lower half of its range first: with 7,000 connections from one address each
 * further one takes 4 ms of a core, 40 times as long as all the rest. Here ports are dealt in an order that visits each of the range once
 * per round, another order in each process; one that is taken shows when connecting, and the dial asks for the next. O(1).
 */
import { readFileSync } from 'node:fs'
import process from 'node:process'

export class LocalPorts {
  readonly #first: number
  readonly #count: number
  readonly #step: number
  #at: number

  /** Ports `first` to `first + count − 1`, `count` ≥ 1; `seed`, a whole number ≥ 0, chooses the order. */
  constructor(first: number, count: number, seed: number) {
    this.#first = first
    this.#count = count
    // Far apart for neighbouring seeds, so that processes mix; without a common divisor, so that no port is left out.
    let step = Math.max(1, scatter(seed) % count)
    while (divisor(step, count) !== 1) step = (step % count) + 1
    this.#step = step
    this.#at = scatter(seed + 1) % count
  }

  next(): number {
    this.#at = (this.#at + this.#step) % this.#count
    return this.#first + this.#at
  }
}

const RANGE = '/proc/sys/net/ipv4/ip_local_port_range'
let ofSystem: LocalPorts | null | undefined

/** Those of this process, IPv4 and IPv6 alike; null where the system does not tell its range: it chooses itself then. */
export function systemPorts(): LocalPorts | null {
  if (ofSystem === undefined) {
    const range = readRange()
    ofSystem =
      range === undefined ? null : new LocalPorts(range[0], range[1] - range[0] + 1, process.pid)
  }
  return ofSystem
}

function readRange(): [low: number, high: number] | undefined {
  if (process.platform !== 'linux') return undefined
  const [low, high] = readFileSync(RANGE, 'utf8').trim().split(/\s+/).map(Number)
  return low !== undefined && high !== undefined && low > 0 && high >= low ? [low, high] : undefined
}

/** Knuth's multiplicative hash. */
const scatter = (seed: number): number => Math.imul(seed, 2_654_435_761) >>> 0

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}
