/**
 * The files and messages that a run leaves for other programs, beside the kept run: `--json`, `--junit`, `--markdown`,
 * `--html`, `--csv`, and annotations with a step summary where GitHub Actions runs it. Here is only whether there are any;
 * `open-reports.ts` is loaded when there are, so that a plain run starts without it.
 */
import type { Output } from '../../contracts/output.ts'
import type { Problem } from '../../contracts/problem.ts'
import type { RunResult } from '../../contracts/result.ts'
import { problem } from '../../kernel/errors.ts'
import type { RunHandle } from '../../run/coordinator/run-handle.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

export interface Reports {
  /** Those that follow the run window by window. */
  readonly outputs: readonly Output[]
  /** The run exists: what it is so far can be asked. */
  follow(run: Pick<RunHandle, 'peek'>): void
  /** Everything else, once the result is there. Never throws. */
  write(result: RunResult): void
  /** Idempotent. */
  close(): void
}

const KEYS = ['json', 'junit', 'markdown', 'html', 'csv']
export const NO_REPORTS: Reports = {
  outputs: [],
  follow: () => {},
  write: () => {},
  close: () => {},
}

export const wantsReports = ({ chosen }: Settings, terminal: Terminal): boolean =>
  KEYS.some((key) => chosen.has(key)) || runsOnGithub(terminal)

export const runsOnGithub = ({ environment }: Terminal): boolean =>
  environment['GITHUB_ACTIONS'] === 'true'

export const notWritable = (path: string, error: unknown): Problem =>
  problem(
    'E_OUTPUT',
    path,
    `cannot write to ${path}`,
    (error as Error).message,
    'name another place, or correct its permissions',
  )
