/** The result as a view has it: without what the page asks for apart, second by second figures and kept requests. */
import type { RunResult } from '../../contracts/result.ts'

export function leanResult({ slowest: _, ...result }: RunResult): RunResult {
  const errors = result.errors.map(({ exemplar: __, ...error }) => error)
  return { ...result, errors, windows: [] }
}
