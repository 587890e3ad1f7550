/** Whether what a file says of a run has the form that everything else relies on. */
import type { Problem } from '../../contracts/problem.ts'
import type { RunResult } from '../../contracts/result.ts'
import type { KeptRun } from '../../contracts/store.ts'
import { problem } from '../../kernel/errors.ts'
import { isRunId } from './retention.ts'

export const SCHEMA = 'onrush.run/1'

/** Why a file is not taken, as half a sentence. */
export class RunFileError extends Error {
  override readonly name = 'RunFileError'
  readonly fix: string
  constructor(
    why: string,
    fix = 'export it again; `onrush runs export ID FILE` writes such files',
  ) {
    super(why)
    this.fix = fix
  }
}

/** `error`: of importing it, whatever that was. */
export function runFileProblem(file: string, error: Error): Problem {
  const fix = error instanceof RunFileError ? error.fix : 'name another file'
  return problem('E_RUN_FILE', file, `no run was imported from ${file}`, error.message, fix)
}

type Kind = 'string' | 'number' | 'boolean' | 'object' | 'list'
type Form = Readonly<Record<string, Kind>>

const INFO: Form = {
  id: 'string',
  plan: 'object',
  startedAtEpochMs: 'number',
  workers: 'number',
  script: 'string',
  scriptHash: 'string',
  version: 'string',
  node: 'string',
}
const PLAN: Form = {
  name: 'string',
  seed: 'number',
  scenarios: 'list',
  thresholds: 'list',
  tags: 'object',
}
const RESULT: Form = {
  run: 'object',
  verdict: 'object',
  totals: 'object',
  series: 'list',
  errors: 'list',
  checks: 'list',
  thresholds: 'list',
  users: 'object',
  arrivals: 'object',
  generator: 'object',
  windows: 'list',
  events: 'list',
}

/** Of the first line. Throws `RunFileError`. */
export function infoOf(line: Readonly<Record<string, unknown>>): KeptRun {
  if (line['schema'] !== SCHEMA) {
    const said = typeof line['schema'] === 'string' ? `"${line['schema']}"` : 'no format at all'
    throw new RunFileError(`it says ${said} where this version reads "${SCHEMA}"`)
  }
  const info = checked<KeptRun>(line['info'], INFO, 'info')
  checked(info.plan, PLAN, 'info.plan')
  if (!isRunId(info.id)) throw new RunFileError('its id is none')
  if (Object.values(info.plan.tags).some((each) => typeof each !== 'string')) {
    throw new RunFileError('info.plan.tags are not text')
  }
  return { ...info, git: info.git ?? null }
}

/** Throws `RunFileError`. */
export function resultOf(value: unknown, id: string): RunResult {
  const result = checked<RunResult>(value, RESULT, 'result')
  if (result.schema !== 'onrush.result/1' || result.run.id !== id) {
    throw new RunFileError('its result is of another run or format')
  }
  checked(result.verdict, { passed: 'boolean', reason: 'string' }, 'result.verdict')
  checked(result.totals, { requests: 'number', responseMs: 'object' }, 'result.totals')
  checked(result.run.plan, PLAN, 'result.run.plan')
  return result
}

function checked<T>(value: unknown, form: Form, path: string): T {
  if (kindOf(value) !== 'object') throw new RunFileError(`${path} is missing`)
  for (const [key, kind] of Object.entries(form)) {
    const found = kindOf((value as Record<string, unknown>)[key])
    if (found !== kind) throw new RunFileError(`${path}.${key} is no ${kind}`)
  }
  return value as T
}

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value
