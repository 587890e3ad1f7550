/**
 * Which versions of nats-server may be trusted with a network. Below these, authentication could be bypassed or the server be
 * brought down by whoever reaches its port; on the loopback of one machine that is nobody. Pure.
 */

/** The first good version of each line; later lines are good. */
const FIXED: readonly (readonly [major: number, minor: number, patch: number])[] = [
  [2, 11, 16],
  [2, 12, 7],
  [2, 14, 0],
]

export function hasKnownHoles(version: string, hostname: string): boolean {
  if (isLoopback(hostname)) return false
  const numbers = /^(\d+)\.(\d+)\.(\d+)/.exec(version)
  if (numbers === null) return true
  const [major, minor, patch] = numbers.slice(1).map(Number) as [number, number, number]
  const line = FIXED.find((fixed) => fixed[0] === major && fixed[1] === minor)
  if (line !== undefined) return patch < line[2]
  const newest = FIXED[FIXED.length - 1]!
  return major < newest[0] || (major === newest[0] && minor < newest[1])
}

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || /^127\.|^\[?::1\]?$/.test(hostname)
