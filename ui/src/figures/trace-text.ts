/** Kept requests in words and signs. Pure. */
import type { SampleLine } from '../api/types.ts'

export type SampleKind = 'passed' | 'slow' | 'failed'

/** What is slow beside the others: in the slowest tenth of those that passed. */
export function slowFromMs(samples: readonly SampleLine[]): number {
  const passed = samples.filter(({ error }) => error === null).map((each) => each.responseMs)
  passed.sort((a, b) => a - b)
  return passed[Math.floor(passed.length * 0.9)] ?? Number.POSITIVE_INFINITY
}

export function kindOf({ error, responseMs }: SampleLine, slowMs: number): SampleKind {
  if (error !== null) return 'failed'
  return responseMs >= slowMs ? 'slow' : 'passed'
}

export const SIGNS: Readonly<Record<SampleKind, string>> = { passed: '●', slow: '▲', failed: '✕' }

/** 'status 200', 'status: status 500' */
export const outcomeOf = ({ error, status }: SampleLine): string =>
  error === null ? `status ${status}` : `${error.kind}: ${error.message}`

/** An address that an editor on this machine opens; undefined where the page comes from elsewhere. */
export function editorUrl(place: string, hostname: string): string | undefined {
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return isLocal && place !== '' ? `vscode://file${encodeURI(place)}` : undefined
}
