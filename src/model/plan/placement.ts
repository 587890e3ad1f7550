/**
 * In which order workers take their turns: one of every host before the second of any, so that few users spread over
 * machines before they double up on one. The host of a worker is its id up to the first underscore.
 */

/** Indices into `workerIds`; worker `result[n]` gets the n-th place in the weights of a share. */
export function hostOrder(workerIds: readonly string[]): number[] {
  const seen = new Map<string, number>()
  const rounds = workerIds.map((id) => {
    const host = id.split('_', 1)[0]!
    const round = seen.get(host) ?? 0
    seen.set(host, round + 1)
    return round
  })
  return workerIds.map((_, index) => index).sort((a, b) => rounds[a]! - rounds[b]! || a - b)
}
