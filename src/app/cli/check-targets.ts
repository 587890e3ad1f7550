/** What `run` and `check` ask about the targets of a plan before any load: allowed, reachable, enough descriptors. */
import { availableParallelism } from 'node:os'
import type { Problem } from '../../contracts/problem.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { fileDescriptorProblem } from './file-descriptors.ts'
import { preflight } from './preflight.ts'
import { knownHosts, type Prepared } from './prepare.ts'
import { confirmTargets } from './targets.ts'
import type { Terminal } from './terminal.ts'

/** Problems are returned, except hosts that are not allowed: nothing may be sent there, so that is thrown. */
export async function checkTargets(
  prepared: Prepared,
  terminal: Terminal,
): Promise<{ problems: readonly Problem[]; allowedHosts: readonly string[] }> {
  const { settings, config, plan } = prepared
  const hosts = knownHosts(prepared)
  const names = hosts.filter((host) => URL.canParse(host)).map((host) => new URL(host).hostname)
  const allowedHosts = await confirmTargets(names, settings, config, terminal)
  const from = settings.text('host') === undefined ? prepared.script : settings.place('host')
  const problems: Problem[] = settings.on('preflight') ? await preflight(hosts, from) : []
  const descriptors = fileDescriptorProblem(plan, workerCount(settings.text('workers')))
  if (descriptors !== undefined) problems.push(descriptors)
  return { problems, allowedHosts }
}

/** Processes that make load: a number, or `auto` for one per processor but one. */
export function workerCount(text: string | undefined): number {
  if (text === 'auto') return Math.max(1, availableParallelism() - 1)
  const count = Number(text ?? 1)
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count
  throw new OnrushError([
    problem(
      'E_USAGE',
      '--workers',
      `"${text}" is not a number of workers`,
      'it is a whole number from 1 to 256, or auto',
      '--workers 2',
    ),
  ])
}
