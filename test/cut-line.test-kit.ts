/**
 * A line to a port of this machine that can be cut as a cable is (nothing passes and nobody is told, until it is healed) and slowed: what is
 * sent arrives in order, 100 ± 20 ms later, and one piece in a hundred waits for another 200 ms, as when a packet was lost.
 */

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { Prng } from '../src/kernel/prng.ts'

export class CutLine {
  readonly #server: Server
  readonly #ends = new Set<Socket>()
  #isCut = false
  readonly #chance = Prng.of(1, 'slow line')
  #isSlow = false

  constructor(port: number) {
    this.#server = createServer((near) => {
      const far = connect(port, '127.0.0.1')
      this.#join(near, far)
      this.#join(far, near)
    })
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  cut(): void {
    this.#isCut = true
    for (const end of this.#ends) end.pause()
  }

  /** In both directions, from now on. */
  slow(): void {
    this.#isSlow = true
  }

  /** What was on its way arrives late, as TCP has it. */
  heal(): void {
    this.#isCut = false
    for (const end of this.#ends) end.resume()
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #join(from: Socket, to: Socket): void {
    this.#ends.add(from)
    if (this.#isCut) from.pause()
    let arrivesMs = 0
    const onTheWay: Uint8Array[] = []
    from.on('data', (bytes) => {
      if (!this.#isSlow) to.write(bytes)
      else {
        const lostMs = this.#chance.next() < 0.01 ? 200 : 0
        const dueMs = performance.now() + 80 + 40 * this.#chance.next() + lostMs
        arrivesMs = Math.max(arrivesMs, dueMs)
        onTheWay.push(bytes)
        setTimeout(() => to.write(onTheWay.shift()!), arrivesMs - performance.now())
      }
    })
    // Whoever hangs up is gone; that the other end hears of it needs the line.
    from.on('error', () => from.destroy())
    from.on('close', () => {
      this.#ends.delete(from)
      if (!this.#isCut) to.destroy()
    })
    // Listening makes a socket flow, whatever was said before.
    if (this.#isCut) from.pause()
  }
}
