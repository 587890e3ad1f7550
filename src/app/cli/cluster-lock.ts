/**
 * How `cluster down` finds the `cluster up` of its folder: `.onrush/cluster.json` names a port of loopback and a word that only who may read
 * the file knows. A file that was left by a process which is gone is found out by nobody listening there, and is replaced.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'

const fileIn = (folder: string): string => join(folder, '.onrush', 'cluster.json')

export interface ClusterLock {
  /** Somebody asks to end it. */
  readonly asked: Promise<void>
  /** Whoever asked hears of it now. Idempotent. */
  release(): void
}

/** Undefined: this folder has one already. */
export async function lockCluster(folder: string): Promise<ClusterLock | undefined> {
  if (await callCluster(folder, '')) return undefined
  const word = randomBytes(16).toString('hex')
  let ask: () => void = () => undefined
  const asked = new Promise<void>((resolve) => {
    ask = resolve
  })
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    // The connection stays open until all is over: that is the answer.
    socket.once('data', (text) => {
      if (text.toString() === word) ask()
      else socket.destroy()
    })
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const sockets = new Set<import('node:net').Socket>()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  mkdirSync(dirname(fileIn(folder)), { recursive: true })
  writeFileSync(fileIn(folder), JSON.stringify({ port, word }), { mode: 0o600 })
  return {
    asked,
    release() {
      if (!server.listening) return
      rmSync(fileIn(folder), { force: true })
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Resolves when it has ended: true; or when there is none: false. */
export function endCluster(folder: string): Promise<boolean> {
  return callCluster(folder, readLock(folder)?.word ?? '')
}

function callCluster(folder: string, word: string): Promise<boolean> {
  const lock = readLock(folder)
  if (lock === undefined) return Promise.resolve(false)
  return new Promise((resolve) => {
    let isThere = false
    const socket = connect(lock.port, '127.0.0.1', () => {
      isThere = true
      if (word === '') socket.destroy()
      else socket.write(word)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(isThere))
  })
}

/** Undefined when there is none, or none that can be read. */
function readLock(folder: string): { port: number; word: string } | undefined {
  try {
    const { port, word } = JSON.parse(readFileSync(fileIn(folder), 'utf8'))
    return typeof port === 'number' && typeof word === 'string' ? { port, word } : undefined
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT')
      return undefined
    throw error
  }
}
