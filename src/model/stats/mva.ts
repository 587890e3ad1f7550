/**
 * Users who go round a closed network of stations, each with a queue, and think in between: exact mean value analysis. It says what
 * a target made of several resources does at any number of users, and where the busiest one takes over (the knee).
 */
export interface NetworkFigures {
  readonly users: number
  readonly throughputPerSec: number
  readonly responseMeanSec: number
  readonly queueLengths: readonly number[]
}

/** For 1 … `usersMax` users. `demandsSec`: service time per visit of each station. */
export function meanValueAnalysis(
  demandsSec: readonly number[],
  thinkTimeSec: number,
  usersMax: number,
): NetworkFigures[] {
  let queues: readonly number[] = demandsSec.map(() => 0)
  return Array.from({ length: usersMax }, (_, index) => {
    const users = index + 1
    const responses = demandsSec.map((demand, station) => demand * (1 + queues[station]!))
    const responseMeanSec = responses.reduce((sum, each) => sum + each, 0)
    const throughputPerSec = users / (responseMeanSec + thinkTimeSec)
    queues = responses.map((each) => each * throughputPerSec)
    return { users, throughputPerSec, responseMeanSec, queueLengths: queues }
  })
}

/** Users from which on the busiest station is the limit. */
export function networkKnee(demandsSec: readonly number[], thinkTimeSec: number): number {
  const sum = demandsSec.reduce((total, each) => total + each, 0)
  return (sum + thinkTimeSec) / Math.max(...demandsSec)
}
