/**
 * A machine of its own as far as the network goes: a network namespace with one cable to this one, which can be cut. Servers of this
 * machine's loopback are found at the same addresses over there, through a relay at either end of the cable; so what is
 * allowed on the loopback alone can be used, and the cable is what lies between. Needs root; tests say so when they are left out.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'

const RELAY = `
const net = require('node:net')
const [address, ...ports] = process.argv.slice(1)
let left = ports.length
for (const port of ports) {
  net.createServer((near) => {
    const far = net.connect(Number(port), address)
    near.pipe(far).on('error', () => near.destroy())
    far.pipe(near).on('error', () => far.destroy())
  }).listen(Number(port), '127.0.0.1', () => { if (--left === 0) console.log('ready') })
}`

let made = 0

function ip(...args: string[]): boolean {
  return spawnSync('ip', args, { stdio: 'ignore' }).status === 0
}

/** Tests say so when they are left out. */
export const hasNamespaces = (() => {
  const name = `onrush-try-${process.pid}`
  if (process.getuid?.() !== 0 || !ip('netns', 'add', name)) return false
  const hasCable = ip(
    'link',
    'add',
    `t${process.pid}`,
    'type',
    'veth',
    'peer',
    'name',
    'far',
    'netns',
    name,
  )
  ip('netns', 'del', name)
  return hasCable
})()

export class FarMachine {
  readonly #name = `onrush-${process.pid}-${made}`
  readonly #cable = `o${process.pid}x${made}`
  /** A net of two machines. */
  readonly #net = `10.219.${process.pid % 200}.${4 * made++}`
  readonly #servers: Server[] = []
  #relay: ChildProcess | undefined

  /** Where the loopback of this machine has these ports, so has that one. */
  async open(...ports: readonly number[]): Promise<this> {
    const [near, far] = [this.#address(1), this.#address(2)]
    const steps = [
      ['netns', 'add', this.#name],
      ['link', 'add', this.#cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.#name],
      ['addr', 'add', `${near}/30`, 'dev', this.#cable],
      ['link', 'set', this.#cable, 'up'],
      ['-n', this.#name, 'addr', 'add', `${far}/30`, 'dev', 'eth0'],
      ['-n', this.#name, 'link', 'set', 'eth0', 'up'],
      ['-n', this.#name, 'link', 'set', 'lo', 'up'],
    ]
    for (const step of steps) if (!ip(...step)) throw new Error(`ip ${step.join(' ')} failed`)
    for (const port of ports) {
      const server = createServer((socket) => {
        const here = connect(port, '127.0.0.1')
        socket.pipe(here).on('error', () => socket.destroy())
        here.pipe(socket).on('error', () => here.destroy())
      })
      server.listen(port, near)
      await once(server, 'listening')
      this.#servers.push(server)
    }
    const words = [...this.exec, process.execPath, '-e', RELAY, near, ...ports.map(String)]
    this.#relay = spawn(words[0]!, words.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(this.#relay.stdout!, 'data')
    return this
  }

  /** Words before a command that shall run over there. */
  get exec(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#name]
  }

  cut(): void {
    ip('link', 'set', this.#cable, 'down')
  }

  heal(): void {
    ip('link', 'set', this.#cable, 'up')
  }

  remove(): void {
    this.#relay?.kill('SIGKILL')
    for (const server of this.#servers) server.close()
    ip('netns', 'del', this.#name)
    ip('link', 'del', this.#cable)
  }

  #address(host: number): string {
    const at = this.#net.lastIndexOf('.')
    return `${this.#net.slice(0, at)}.${Number(this.#net.slice(at + 1)) + host}`
  }
}
