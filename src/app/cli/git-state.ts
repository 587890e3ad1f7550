/** Commit, branch and whether files were changed, for the result; null outside a repository or without git. */
import { execFileSync } from 'node:child_process'
import type { RunResult } from '../../contracts/result.ts'

const GIT_MS_MAX = 2_000

export function gitState(folder: string): RunResult['run']['git'] {
  const git = (...args: string[]): string =>
    execFileSync('git', args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: GIT_MS_MAX,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  try {
    return {
      commit: git('rev-parse', 'HEAD'),
      branch: git('rev-parse', '--abbrev-ref', 'HEAD'),
      dirty: git('status', '--porcelain', '--untracked-files=no') !== '',
    }
  } catch {
    // Without git, outside a repository, or before the first commit there is no state to tell: that is what null says.
    return null
  }
}
