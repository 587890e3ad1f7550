/** Where a target on this machine listens, as far as base URLs say it. Pure. */

/** Ports of those base URLs that lead to this machine. */
export function localPorts(hosts: readonly string[]): number[] {
  const ports = hosts
    .filter((host) => URL.canParse(host))
    .flatMap((host) => {
      const { hostname, port, protocol } = new URL(host)
      if (!LOOPBACK.test(hostname)) return []
      return Number(port) || (protocol === 'https:' ? 443 : 80)
    })
  return [...new Set(ports)]
}

const LOOPBACK = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|\[::\])$/
