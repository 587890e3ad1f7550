/** Calls about searches for the limit that are kept. */
import { get } from './client.ts'
import type { KeptSearch, SearchRecord } from './types.ts'

export const getSearches = async (): Promise<readonly SearchRecord[]> =>
  (await get<{ searches: readonly SearchRecord[] }>('/searches')).searches
export const getSearch = (id: string): Promise<KeptSearch> =>
  get(`/searches/${encodeURIComponent(id)}`)
