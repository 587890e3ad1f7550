import { describe, expect, test } from 'vitest'
import { fitServers, type RatePoint } from './fit-servers.ts'
import { meanValueAnalysis, networkKnee } from './mva.ts'
import { oracleOf } from './oracle.test-kit.ts'
import {
  closedThroughputPerSec,
  erlangB,
  littleDeviation,
  mg1,
  mmc,
  mmcMaxRate,
  type Queue,
  sojournQuantileSec,
  sojournTail,
  waitQuantileSec,
} from './queueing.ts'

const oracle = oracleOf('queueing')
const search = oracleOf('capacity-search')

describe('M/M/c', () => {
  test.each(oracle.of<Queue>('mmc'))('$id', (one) => {
    const { input } = one
    const figures = mmc(input)
    const offeredErlangs = input.arrivalRatePerSec / input.serviceRatePerSec
    const got =
      figures === undefined
        ? {
            stable: false,
            utilizationRatio: offeredErlangs / input.servers,
            erlangB: erlangB(offeredErlangs, input.servers),
          }
        : {
            stable: true,
            offeredErlangs,
            ...figures,
            waitP95Sec: waitQuantileSec(input, 0.95),
            waitP99Sec: waitQuantileSec(input, 0.99),
            sojournP95Sec: sojournQuantileSec(input, 0.95),
            sojournP99Sec: sojournQuantileSec(input, 0.99),
          }
    oracle.check(one, got)
  })
  test.each(search.of<Queue & { atSec: number }>('mmcTail'))('$id', (one) => {
    search.check(one, { probability: sojournTail(one.input, one.input.atSec) })
  })
  interface MaxRate extends Queue {
    readonly slos: { quantile: number; boundSec: number }[]
  }
  test.each(search.of<MaxRate>('mmcMaxRate'))('$id', (one) => {
    const { serviceRatePerSec, servers, slos } = one.input
    const rates = slos.map((slo) => mmcMaxRate(serviceRatePerSec, servers, slo))
    const lowest = rates.some((each) => each === null) ? null : Math.min(...(rates as number[]))
    search.check(one, {
      maxRatePerSec: lowest,
      utilizationRatio: lowest === null ? null : lowest / servers / serviceRatePerSec,
      limitingSlo: slos[rates.indexOf(lowest)],
    })
  })
})

test.each(oracle.of<{ offeredErlangs: number; servers: number }>('erlangB'))('$id', (one) => {
  oracle.check(one, { erlangB: erlangB(one.input.offeredErlangs, one.input.servers) })
})

interface General {
  readonly arrivalRatePerSec: number
  readonly serviceMeanSec: number
  readonly serviceSecondMomentSec2: number
}
test.each(oracle.of<General>('mg1'))('$id', (one) => {
  const { arrivalRatePerSec, serviceMeanSec, serviceSecondMomentSec2 } = one.input
  oracle.check(one, mg1(arrivalRatePerSec, serviceMeanSec, serviceSecondMomentSec2))
})

interface Network {
  readonly demandsSec: number[]
  readonly thinkTimeSec: number
  readonly users: number[]
}
interface NetworkAnswer {
  readonly byUsers: { users: number; utilizations: number[]; stationResponseSec: number[] }[]
  readonly knee: number
}
test.each(oracle.of<Network, NetworkAnswer>('mva'))('$id', (one) => {
  const { demandsSec, thinkTimeSec, users } = one.input
  const figures = meanValueAnalysis(demandsSec, thinkTimeSec, Math.max(...users))
  const byUsers = users.map((count) => {
    const found = figures[count - 1]!
    return {
      ...found,
      utilizations: demandsSec.map((demand) => demand * found.throughputPerSec),
      stationResponseSec: found.queueLengths.map((each) => each / found.throughputPerSec),
    }
  })
  const { byUsers: wantedByUsers, knee } = one.expected
  oracle.check(
    one,
    { byUsers, knee: networkKnee(demandsSec, thinkTimeSec) },
    {
      byUsers: wantedByUsers,
      knee,
    },
  )
})

describe("Little's law", () => {
  interface Little {
    readonly inFlightMean?: number
    readonly throughputPerSec?: number
    readonly responseMeanSec?: number
    readonly users?: number
    readonly thinkTimeSec?: number
  }
  test.each(oracle.of<Little>('little'))('$id', (one) => {
    const { inFlightMean, throughputPerSec, responseMeanSec, users, thinkTimeSec } = one.input
    const concurrency = users ?? inFlightMean!
    // N = X (R + Z): with one of both rates missing it follows from the other.
    const got =
      throughputPerSec === undefined
        ? {
            throughputPerSec: closedThroughputPerSec(
              concurrency,
              responseMeanSec!,
              thinkTimeSec ?? 0,
            ),
          }
        : { responseMeanSec: closedThroughputPerSec(concurrency, throughputPerSec, 0) }
    oracle.check(one, got)
  })
  interface Check {
    readonly inFlightMean: number
    readonly throughputPerSec: number
    readonly responseMeanSec: number
    readonly toleranceRatio: number
  }
  test.each(oracle.of<Check>('littleCheck'))('$id', (one) => {
    const { inFlightMean, throughputPerSec, responseMeanSec, toleranceRatio } = one.input
    const deviationRatio = littleDeviation(inFlightMean, throughputPerSec, responseMeanSec)
    oracle.check(one, { deviationRatio, consistent: deviationRatio <= toleranceRatio + 1e-12 })
  })
})

describe('effective servers', () => {
  test.each(oracle.of<{ points: RatePoint[] }>('fitServers'))('$id', (one) => {
    oracle.check(one, fitServers(one.input.points))
  })
  test('are not guessed from two rates', () => {
    const point = { arrivalRatePerSec: 1, sojournMeanSec: 1 }
    expect(fitServers([point, point])).toBeNull()
  })
})
