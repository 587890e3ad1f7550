/** The route of `onrush serve` that says who has joined its pool. */
import type { Labels } from '../../contracts/wire.ts'
import type { Route } from './http-server.ts'

export interface PoolMember {
  readonly name: string
  readonly version: string
  readonly labels: Labels
  /** What it can do beside the others; null: it did not say. */
  readonly power: number | null
  /** Whose run it serves; null: it is free. */
  readonly servedBy: string | null
}

export const poolRoute = (members: () => Promise<readonly PoolMember[]>): Route => ({
  method: 'GET',
  path: '/api/v1/pool',
  handle: async () => ({ status: 200, json: { workers: await members() } }),
})
