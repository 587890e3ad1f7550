/**
 * Programs the tests and benchmarks use beside Node. As root on Debian the missing ones are installed; elsewhere each
 * missing one is answered with what will be skipped without it.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const TOOLS = [
  { program: 'wrk', debian: 'wrk', usedFor: 'the benchmark that compares with wrk' },
  { program: 'nginx', debian: 'nginx-light', usedFor: 'benchmark targets' },
  {
    program: 'nats-server',
    debian: 'nats-server',
    usedFor: 'tests of workers on many machines',
  },
  { program: 'openssl', debian: 'openssl', usedFor: 'TLS tests that make certificates' },
  { program: 'prometheus', debian: 'prometheus', usedFor: 'tests of outputs with Prometheus' },
  { program: 'redis-server', debian: 'redis-server', usedFor: 'tests that watch a Redis' },
  {
    program: 'prometheus-node-exporter',
    debian: 'prometheus-node-exporter',
    usedFor: 'tests that watch a node exporter',
  },
  { program: 'chromium', debian: 'chromium', usedFor: 'browser tests of the page' },
  { program: 'postgres', debian: 'postgresql', usedFor: 'tests with a PostgreSQL server' },
  { program: 'sshd', debian: 'openssh-server', usedFor: 'tests of workers started by SSH' },
  {
    program: 'ip',
    debian: 'iproute2',
    usedFor: 'tests with many source addresses, and of cables that are cut',
  },
]

/** Answers what is still missing, as `{ name, why }`. */
export function installTools() {
  const missing = TOOLS.filter(({ program }) => !isThere(program))
  if (missing.length === 0) {
    console.log(`all there: ${TOOLS.map(({ program }) => program).join(', ')}`)
    return []
  }
  const canInstall = existsSync('/etc/debian_version') && process.getuid?.() === 0
  if (canInstall) {
    const packages = missing.map(({ debian }) => debian)
    console.log(`installing ${packages.join(', ')} …`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const apt = (...args) =>
      spawnSync('apt-get', ['-qq', ...args], { env, stdio: 'ignore', timeout: 600_000 })
    apt('update')
    apt('install', '-y', '--no-install-recommends', ...packages)
    // One that this system does not know must not keep the others out.
    for (const { program, debian } of missing)
      if (!isThere(program)) apt('install', '-y', '--no-install-recommends', debian)
  }
  return missing
    .filter(({ program }) => !isThere(program))
    .map(({ program, debian, usedFor }) => ({
      name: usedFor,
      why: `"${program}" is missing${canInstall ? ' and could not be installed' : `; on Debian: apt install ${debian}`}`,
    }))
}

function isThere(program) {
  const path = (process.env.PATH ?? '').split(delimiter)
  const folders = [...path, '/usr/sbin', '/sbin', ...postgresFolders()]
  return folders.some((folder) => existsSync(join(folder, program)))
}

/** Debian keeps its programs apart, by version. */
function postgresFolders() {
  const root = '/usr/lib/postgresql'
  return existsSync(root) ? readdirSync(root).map((version) => join(root, version, 'bin')) : []
}
