/** Calls about kept runs: the list, comparing, trends, and what is done with one. */
import type { Comparison } from '../../../src/contracts/compare.ts'
import type { RunGlance } from '../../../src/contracts/glance.ts'
import type { Trend } from '../../../src/contracts/trend.ts'
import { BASE, get, type Posted, post, runPath, send } from './client.ts'
import type { RunRecord } from './types.ts'

export type { Comparison, RunGlance, Trend }

/** One run against the base, and the same as text to take away. */
export interface WrittenComparison {
  readonly comparison: Comparison
  readonly markdown: string
}

/** The newest. */
export const getRuns = async (limit: number): Promise<readonly RunRecord[]> =>
  (await get<{ runs: readonly RunRecord[] }>(`/runs?limit=${limit}`)).runs

export const getGlances = async (ids: readonly string[]): Promise<readonly RunGlance[]> =>
  (await get<{ glances: readonly RunGlance[] }>(`/glances?${several('id', ids)}`)).glances

export const compareRuns = async (
  base: string,
  runs: readonly string[],
  anyway: boolean,
): Promise<readonly WrittenComparison[]> => {
  const more = anyway ? '&anyway=1' : ''
  const path = `/compare?${several('base', [base])}&${several('run', runs)}${more}`
  return (await get<{ comparisons: readonly WrittenComparison[] }>(path)).comparisons
}

export const getTrend = (name: string, limit: number): Promise<Trend> =>
  get(`/trend?name=${encodeURIComponent(name)}&limit=${limit}`)

export const markBaseline = (id: string, isBaseline: boolean): Promise<Posted<object>> =>
  post(`${runPath(id)}/baseline`, { isBaseline })

/** Also when the page is being left. */
export const deleteRun = (id: string): Promise<Posted<object>> =>
  send(runPath(id), { method: 'DELETE', keepalive: true })

export const importRun = (file: File): Promise<Posted<{ readonly id: string }>> =>
  send(`/import?${several('name', [file.name])}`, { method: 'POST', body: file })

/** Where a run is to be had as one file. */
export const fileUrl = (id: string): string => `${BASE}${runPath(id)}/file`

const several = (name: string, values: readonly string[]): string =>
  values.map((value) => `${name}=${encodeURIComponent(value)}`).join('&')
