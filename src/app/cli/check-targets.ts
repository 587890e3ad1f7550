/** What `run` and `check` ask about the targets of a plan before any load: allowed, reachable, enough descriptors. */
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import type { FoundUser } from '../../load/script/find-users.ts'
import { fileDescriptorProblem } from './file-descriptors.ts'
import { isWebAddress, preflight, wrongAddresses } from './preflight.ts'
import { knownHosts, type Prepared } from './prepare.ts'
import { confirmTargets } from './targets.ts'
import type { Terminal } from './terminal.ts'
import { workerCount } from './workers.ts'

/** Problems are returned, except hosts that are not allowed: nothing may be sent there, so that is thrown. */
export async function checkTargets(
  prepared: Prepared,
  terminal: Terminal,
): Promise<{ problems: readonly Problem[]; allowedHosts: readonly string[] }> {
  const { settings, config, plan } = prepared
  const hosts = knownHosts(prepared)
  const names = hosts.filter(isWebAddress).map((host) => new URL(host).hostname)
  const allowedHosts = await confirmTargets(names, settings, config, terminal)
  const from = settings.text('host') === undefined ? prepared.script : settings.place('host')
  const problems: Problem[] = homeless(prepared)
  const ownTls = /\btls\b/.test(prepared.bundle.code)
  const wrong = settings.on('preflight')
    ? preflight(hosts, from, ownTls)
    : wrongAddresses(hosts, from)
  problems.push(...(await wrong))
  // Those of other machines are not ours to know; a worker that runs out says so.
  if (settings.text('join') !== undefined) return { problems, allowedHosts }
  const descriptors = fileDescriptorProblem(
    plan,
    new Set(prepared.users.filter(holdsConnection).map((each) => each.name)),
    workerCount(settings.text('workers')),
  )
  if (descriptors !== undefined) problems.push(descriptors)
  return { problems, allowedHosts }
}

/** A class with a client, as `HttpUser` is; a bare `User` opens nothing that we know of. */
const holdsConnection = ({ userClass }: FoundUser): boolean =>
  'client' in (userClass as unknown as { prototype: object }).prototype

/**
 * Classes whose requests can go nowhere. A script may also name hosts in its code: one that mentions any address or
 * `host` is left alone, and a request without a host then says so itself.
 */
function homeless({ plan, users, bundle, script }: Prepared): Problem[] {
  if (plan.host !== null || /https?:\/\/|\bhost\b|\bURL\b/i.test(bundle.code)) return []
  const running = new Set(
    plan.scenarios.flatMap((each) => each.users).map((each) => each.className),
  )
  return users
    .filter(({ name, userClass }) => running.has(name) && 'baseUrl' in userClass.prototype)
    .map(({ name }) =>
      problem(
        'E_NO_HOST',
        `${script} ${name}`,
        `${name} has no host to send its requests to`,
        'neither the command line nor the plan, the class or any request names one',
        `--host http://localhost:3000, or \`static host = 'http://…'\` in ${name}`,
      ),
    )
}
