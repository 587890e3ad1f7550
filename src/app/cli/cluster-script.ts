/**
 * What is run on another machine, as text; pure. The remote shell gets one plain command line; the server's address, which may hold a
 * password, is not in it, since command lines are read by others.
 */
import { OnrushError, problem } from '../../kernel/errors.ts'
import { CLUSTER_HOSTS_MAX } from '../../kernel/limits.ts'

export interface RemoteWorkers {
  /** How onrush is called there: shell words. */
  readonly command: string
  /** What the workers are called. */
  readonly name: string
  /** `--workers`: a number or `auto`. */
  readonly count: string
}

/** `npx` with all that a worker needs, in exactly our version. */
export function npxCommand(version: string, peers: Readonly<Record<string, string>>): string {
  // Of a range the lowest, without characters that shells read otherwise.
  const clients = Object.entries(peers).map(([name, range]) => `${name}@${range.replace('^', '')}`)
  const packages = [`onrush@${version}`, ...clients]
  return `npx --yes ${packages.map((each) => `--package ${each}`).join(' ')} onrush`
}

/** What `ssh` is given as the command. */
export function remoteCommand({ command, name, count }: RemoteWorkers): string {
  return `${command} worker --join - --name ${quoted(name)} --workers ${quoted(count)} --no-color`
}

/** Arguments of `ssh`: it may ask nothing, and notices within half a minute that the other end is gone. */
export function sshArguments(
  host: string,
  command: string,
  configFile: string | undefined,
): string[] {
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=15',
    'ServerAliveInterval=5',
    'ServerAliveCountMax=5',
  ]
  return [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    '-T',
    ...options.flatMap((each) => ['-o', each]),
    '--',
    host,
    command,
  ]
}

/** `box1,me@box2`; throws `OnrushError` with everything that is no host. */
export function hostsOf(texts: readonly string[]): string[] {
  const hosts = texts.flatMap((each) => each.split(',')).map((each) => each.trim())
  const wrong = hosts.filter((each) => !/^[^\s-][^\s]*$/.test(each))
  const twice = hosts.filter((each, at) => hosts.indexOf(each) !== at)
  const problems = [
    ...wrong.map(
      (each) =>
        [
          `"${each}" is no host`,
          'a host is a name, an address, or user@host; ports and keys stand in ~/.ssh/config',
        ] as const,
    ),
    ...[...new Set(twice)].map(
      (each) =>
        [
          `${each} is given twice`,
          'a host has one set of workers; --workers says how many',
        ] as const,
    ),
    ...(hosts.length > CLUSTER_HOSTS_MAX
      ? [
          [
            `${hosts.length} hosts are given`,
            `one command holds ${CLUSTER_HOSTS_MAX} at most`,
          ] as const,
        ]
      : []),
  ]
  if (problems.length === 0) return hosts
  throw new OnrushError(
    problems.map(([what, why]) => problem('E_CLUSTER', '--ssh', what, why, '--ssh box1,me@box2')),
  )
}

/** The machine's own name: what is before an @ is who we are there. */
export const nameOf = (host: string): string => host.slice(host.lastIndexOf('@') + 1)

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
