/**
 * `onrush cluster up`: workers on machines that are reached by the system's `ssh`, for as long as this command stands; `cluster down` ends the one
 * of this folder. Nothing is copied: the machines get onrush by `npx`, or have it. All hosts are tried before anything is said
 * to be wrong, and when one cannot be used none is.
 */
import { readFileSync } from 'node:fs'
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { maskAddress } from '../../kernel/mask-address.ts'
import { ClusterHost } from './cluster-host.ts'
import { type ClusterLock, endCluster, lockCluster } from './cluster-lock.ts'
import { hostsOf, nameOf, npxCommand, remoteCommand, sshArguments } from './cluster-script.ts'
import { packageVersion } from './package-version.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import type { Terminal } from './terminal.ts'
import { workerCount } from './workers.ts'

/** Resolves at the first signal, or `cluster down`, when all workers have ended. */
export async function clusterUp(flags: Flags, terminal: Terminal): Promise<number> {
  const { ssh, sshConfig, onrush, ...settable } = flags
  const { settings } = await readSettings(settable, terminal)
  if (!Array.isArray(ssh)) throw new OnrushError([noHost()])
  const hosts = hostsOf(ssh)
  const joinUrl = settings.text('join')
  if (joinUrl === undefined) throw new OnrushError([noServer()])
  const count = settings.text('workers') ?? '1'
  if (count !== 'auto') workerCount(count)
  const lock = await lockCluster(terminal.folder)
  if (lock === undefined) throw new OnrushError([alreadyUp()])
  const command = text(onrush) ?? npxCommand(packageVersion(), clientPackages())
  const machines = hosts.map((host) => {
    const remote = remoteCommand({ command, name: nameOf(host), count })
    terminal.err(` ${host}: ssh ${host} ${remote}\n`)
    const say = (line: string): void => terminal.err(` ${host}: ${line}\n`)
    return {
      host,
      workers: new ClusterHost(sshArguments(host, remote, text(sshConfig)), joinUrl, say),
    }
  })
  try {
    return await hold(machines, joinUrl, lock, terminal)
  } finally {
    await Promise.all(machines.map(({ workers }) => workers.close()))
    lock.release()
  }
}

interface Machine {
  readonly host: string
  readonly workers: ClusterHost
}

async function hold(
  machines: readonly Machine[],
  joinUrl: string,
  lock: ClusterLock,
  terminal: Terminal,
): Promise<number> {
  const signal = new Promise<void>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve())
  })
  const stopping = Promise.race([signal, lock.asked]).then(() => 'stopping' as const)
  const ups = Promise.all(machines.map(({ workers }) => workers.up))
  const began = await Promise.race([ups, stopping])
  if (began === 'stopping') return EXIT.passed
  const down = machines.filter((_, at) => !began[at])
  if (down.length > 0) throw new OnrushError(await Promise.all(down.map(notUp)))
  terminal.err(
    ` ${machines.length} ${machines.length === 1 ? 'machine has' : 'machines have'} joined ${maskAddress(joinUrl)}; ` +
      'Ctrl-C or `onrush cluster down` ends their workers\n',
  )
  for (const { host, workers } of machines) {
    void workers.ended.then((how) => terminal.err(` ${host}: its session ended (${how})\n`))
  }
  const allGone = Promise.all(machines.map(({ workers }) => workers.ended)).then(
    () => 'gone' as const,
  )
  return (await Promise.race([stopping, allGone])) === 'gone' ? EXIT.failed : EXIT.passed
}

/** Ends what `cluster up` of this folder holds; resolves when it has. */
export async function clusterDown(terminal: Terminal): Promise<number> {
  if (await endCluster(terminal.folder)) {
    terminal.err(' all workers of this cluster have ended\n')
    return EXIT.passed
  }
  throw new OnrushError([
    problem(
      'E_CLUSTER',
      '.onrush/cluster.json',
      'no cluster is up in this folder',
      '`cluster down` ends what `cluster up` started in the same folder, and whose process still stands',
      'without it there is nothing to end: workers end with the process that holds them',
    ),
  ])
}

async function notUp({ host, workers }: Machine) {
  const how = await workers.ended
  return problem(
    'E_CLUSTER',
    host,
    `no worker came up on ${host}`,
    `ssh ended with ${how}${workers.lastLine === '' ? '' : `: ${workers.lastLine}`}`,
    `make \`ssh ${host} true\` work without a question, and Node and npx (or --onrush "node /path/to/onrush.js") work there`,
  )
}

/** Of the clients of NATS, in the versions that this onrush goes with. */
function clientPackages(): Record<string, string> {
  const path = new URL('../../../package.json', import.meta.url)
  const { peerDependencies } = JSON.parse(readFileSync(path, 'utf8')) as {
    peerDependencies: Record<string, string>
  }
  return Object.fromEntries(
    Object.entries(peerDependencies).filter(([name]) => name.startsWith('@nats-io/')),
  )
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const noServer = () =>
  problem(
    'E_USAGE',
    '--join',
    'no NATS server was named',
    'the machines and the run find each other there',
    'onrush cluster up --ssh box1,box2 --join nats://loadbox:4222',
  )

const noHost = () =>
  problem(
    'E_USAGE',
    '--ssh',
    'no machine was named',
    'workers are started where ssh gets to',
    'onrush cluster up --ssh box1,me@box2 --join nats://loadbox:4222',
  )

const alreadyUp = () =>
  problem(
    'E_CLUSTER',
    '.onrush/cluster.json',
    'a cluster is up in this folder already',
    '`onrush cluster down` could not tell two from each other',
    '`onrush cluster down` first, or another folder',
  )
