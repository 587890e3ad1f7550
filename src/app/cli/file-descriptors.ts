/**
 * Will the file descriptors last? Node cannot raise its own limit, but it does so at start: its soft limit becomes
 * the hard one. So what is read here is the limit that counts, and raising it is for the shell that starts us.
 * Readable on Linux only; elsewhere nothing is said beforehand and running out shows as failures of kind `resources`.
 */
import { readFileSync } from 'node:fs'
import type { LoadPlan } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { isOpen } from '../../model/plan/shape.ts'
import { usersPeakOf } from '../../model/plan/users-peak.ts'

/** Descriptors of a worker that are no connections: Node's own, pipes, the bundle. */
const OWN_DESCRIPTORS = 64

/** `connecting`: the user classes that hold a connection. */
export function fileDescriptorProblem(
  plan: LoadPlan,
  connecting: ReadonlySet<string>,
  workers: number,
): Problem | undefined {
  const scenarios = plan.scenarios.filter((each) =>
    each.users.some(({ className }) => connecting.has(className)),
  )
  return tooFew({ ...plan, scenarios }, workers, readLimit())
}

/** The decision alone; `limit` undefined where it is not known. One connection per user is counted. */
export function tooFew(
  plan: LoadPlan,
  workers: number,
  limit: number | undefined,
): Problem | undefined {
  if (limit === undefined) return undefined
  const users = usersPeakOf(plan)
  // A bound on users of an open load is rarely reached: only what is certain stops a run.
  if (plan.scenarios.some(({ load }) => isOpen(load))) return undefined
  const needed = Math.ceil(users / workers) + OWN_DESCRIPTORS
  if (needed <= limit) return undefined
  return problem(
    'E_FDS',
    'ulimit -n',
    `this plan needs about ${needed} file descriptors per worker, and the limit is ${limit}`,
    `${users} users in ${workers} worker${workers === 1 ? '' : 's'} hold a connection each`,
    `ulimit -n ${needed} in this shell, or --workers ${Math.ceil(users / Math.max(1, limit - OWN_DESCRIPTORS))}`,
  )
}

function readLimit(): number | undefined {
  if (process.platform !== 'linux') return undefined
  const text = readFileSync('/proc/self/limits', 'utf8')
  const limit = /^Max open files\s+(\d+)/m.exec(text)?.[1]
  return limit === undefined ? undefined : Number(limit)
}
