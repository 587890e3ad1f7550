/** Commit, branch and whether files were changed, for the result; null outside a repository or without git. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { RunResult } from '../../contracts/result.ts'

const GIT_MS_MAX = 2_000
const run = promisify(execFile)

/** Never rejects. */
export async function gitState(folder: string): Promise<RunResult['run']['git']> {
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { cwd: folder, encoding: 'utf8', timeout: GIT_MS_MAX })).stdout.trim()
  try {
    const [commit, branch, changes] = await Promise.all([
      git('rev-parse', 'HEAD'),
      git('rev-parse', '--abbrev-ref', 'HEAD'),
      git('status', '--porcelain', '--untracked-files=no'),
    ])
    return { commit, branch, dirty: changes !== '' }
  } catch {
    // Without git, outside a repository, or before the first commit there is no state to tell: that is what null says.
    return null
  }
}
