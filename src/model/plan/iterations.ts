/** Iterations of a closed load: how many of them one worker has. Pure. */
import type { LoadShape, Share } from '../../contracts/plan.ts'
import { Ownership, withUsersMax } from './share.ts'

export type IterationsLoad = Extract<LoadShape, { readonly iterations: number }>

/** Those of its users; or its part of the shared ones, of which a worker without users has none. */
export function iterationsPlanned(load: IterationsLoad, share: Share): number {
  if (load.kind === 'shared-iterations') {
    return new Ownership(withUsersMax(share, load.users)).countBelow(load.iterations)
  }
  return new Ownership(share).countBelow(load.users) * load.iterations
}
