/** Results of other tools, kept as runs: nobody here made their load. Pure. */
import type { RunResult } from '../../contracts/result.ts'

/** A run of ours has one worker at least. */
export const isImported = ({ workers }: Pick<RunResult['run'], 'workers'>): boolean => workers === 0
