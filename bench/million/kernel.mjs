// What Linux must allow for so many connections on one machine, and what it spends on them. Nothing is changed unless asked for.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** Sockets of both ends are on this machine. */
const ENDS = 2
/** Descriptors of everything else that runs here. */
const SPARE_FILES = 100_000

/** `[name, least value, what for]`: of settings with several numbers the last one counts. */
const wanted = (users) => [
  ['fs.file-max', ENDS * users + SPARE_FILES, 'both ends of each connection are open files'],
  ['fs.epoll.max_user_watches', ENDS * users, 'each socket is watched by its process'],
  ['net.core.somaxconn', 4_096, 'connections that wait for the target to take them'],
  ['net.ipv4.tcp_max_syn_backlog', 2_048, 'connections half open'],
  // What a firewall tracks it tracks from the first connection on: none now, none later.
  ...(tracksNothing()
    ? []
    : [['net.netfilter.nf_conntrack_max', users + SPARE_FILES, 'entries of the firewall']]),
]

/** Commands that would raise what is too low; empty: all is well. A setting that this kernel does not have is no hindrance. */
export function tooLow(users) {
  return wanted(users)
    .filter(([name, least]) => existsSync(fileOf(name)) && present(name) < least)
    .map(([name, least, why]) => ({ name, least, why, command: `sysctl -w ${name}=${least}` }))
}

/** As root. */
export function raise(settings) {
  for (const { name, least } of settings) writeFileSync(fileOf(name), String(least))
}

/** Source addresses so that no address uses more than two thirds of its ports towards the one target. */
export function sourceAddresses(users) {
  const [low, high] = readFileSync(fileOf('net.ipv4.ip_local_port_range'), 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number)
  const count = Math.max(1, Math.ceil(users / (((high - low) * 2) / 3)))
  return Array.from({ length: count }, (_, n) => `127.1.${n >> 8}.${n & 255}`)
}

/** Descriptors that one process may open. Node raises its own limit up to the hard one. */
export function descriptorLimit() {
  const text = readFileSync('/proc/self/limits', 'utf8')
  return Number(/^Max open files\s+\d+\s+(\d+)/m.exec(text)?.[1] ?? Number.POSITIVE_INFINITY)
}

/** Bytes: what programs can still have, what the kernel's own objects take, and buffers of TCP. */
export function kernelMemory() {
  const info = readFileSync('/proc/meminfo', 'utf8')
  const kb = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(info)[1]) * 1_024
  const pages = /^TCP:.* mem (\d+)/m.exec(readFileSync('/proc/net/sockstat', 'utf8'))[1]
  return { available: kb('MemAvailable'), slab: kb('Slab'), tcpBuffers: Number(pages) * 4_096 }
}

const tracksNothing = () => {
  const file = fileOf('net.netfilter.nf_conntrack_count')
  return !existsSync(file) || Number(readFileSync(file, 'utf8')) === 0
}

const fileOf = (name) => `/proc/sys/${name.replaceAll('.', '/')}`
const present = (name) => Number(readFileSync(fileOf(name), 'utf8').trim().split(/\s+/).at(-1))
