/** The published cases of coordinated omission, simulated without a clock and counted by the real recorder. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Histogram } from '../../contracts/snapshot.ts'
import { LogHistogram } from './histogram.ts'
import { WorkerRecorder } from './recorder.ts'
import { allOf } from './series-totals.ts'
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts'
import { mergeSnapshots } from './window.ts'

interface Figures {
  count: number
  meanMs: number
  maxMs: number
  percentilesMs: Record<string, number>
}
interface Plan {
  kind: string
  ratePerSec: number
  durationSec: number
}
interface Server {
  kind: 'hold' | 'fifo'
  baseMs: number
  afterMs: number
  serviceMs: number
  stalls: { atSec: number; forSec: number }[]
}
interface Case {
  id: string
  kind: string
  input: {
    plan: Plan
    server: Server
    serverBaseMs: number
    generatorBlocked: { atSec: number; forSec: number }
    workers: number
    split: string
  }
  expected: Record<'openModel' | 'merged' | 'latency' | 'response' | 'lateness', Figures> & {
    lateCount: number
  }
}
const path = '../../../test/fixtures/oracles/insight/coordinated-omission.json'
const oracle = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { cases: Case[] }
const ofKind = (kind: string): Case[] =>
  oracle.cases.filter((c) => c.kind === kind && c.input.plan?.kind === 'constant')

const HEALTH = { cpuRatio: 0, loopUtilisation: 0, loopDelayMsP99: 0, rssBytes: 0, openSockets: 0 }

function duesUs(plan: Plan): number[] {
  const count = plan.ratePerSec * plan.durationSec
  return Array.from({ length: count }, (_, k) => Math.floor((k * 1e6) / plan.ratePerSec))
}

/** Response times of an open model: every request is sent when it is due. */
function responsesUs(dues: readonly number[], server: Server): number[] {
  const stalls = server.stalls.map(({ atSec, forSec }) => ({
    from: Math.round(atSec * 1e6),
    until: Math.round((atSec + forSec) * 1e6),
  }))
  if (server.kind === 'hold') {
    return dues.map((due) => {
      const stall = stalls.find(({ from, until }) => due >= from && due < until)
      if (stall === undefined) return server.baseMs * 1e3
      return stall.until + server.afterMs * 1e3 - due
    })
  }
  let freeUs = 0
  return dues.map((due) => {
    let startUs = Math.max(due, freeUs)
    let endUs = startUs + server.serviceMs * 1e3
    for (const { from, until } of stalls) {
      if (startUs >= from && startUs < until) startUs = until
      else if (startUs < from && endUs > from) startUs += until - from
      endUs = startUs + server.serviceMs * 1e3
    }
    freeUs = endUs
    return endUs - due
  })
}

function expectFigures(histogram: Histogram, figures: Figures): void {
  expect(histogram.count).toBe(figures.count)
  expect(histogram.sumUs / histogram.count / 1e3).toBeCloseTo(figures.meanMs, 6)
  expect(histogram.maxUs / 1e3).toBeCloseTo(figures.maxMs, 6)
  for (const [name, wantMs] of Object.entries(figures.percentilesMs)) {
    const gotMs = histogram.percentileUs(Number(name.slice(1))) / 1e3
    expect(Math.abs(gotMs - wantMs), name).toBeLessThanOrEqual(wantMs * 0.004 + 0.001)
  }
}

describe('coordinated omission', () => {
  test.each(ofKind('stalledServer'))(
    '$id: the open model shows the stall',
    ({ input, expected }) => {
      const recorder = new WorkerRecorder(0)
      const series = recorder.series('http', 'GET', '/')
      for (const us of responsesUs(duesUs(input.plan), input.server)) {
        recorder.record(series, us, 0, 200, 0, 0, 1)
      }
      expectFigures(recorder.flush(0, 0, HEALTH).series[0]!.response, expected.openModel)
    },
  )

  test.each(ofKind('lateGenerator'))('$id: lateness is not the latency', ({ input, expected }) => {
    const { generatorBlocked, serverBaseMs } = input
    const from = generatorBlocked.atSec * 1e6
    const until = from + generatorBlocked.forSec * 1e6
    const recorder = new WorkerRecorder(0)
    const series = recorder.series('http', 'GET', '/')
    for (const due of duesUs(input.plan)) {
      const lateUs = due >= from && due < until ? until - due : 0
      recorder.arrivalDue()
      recorder.arrivalStarted(lateUs)
      recorder.record(series, serverBaseMs * 1e3, lateUs, 200, 0, 0, 1)
    }
    const { series: flushed, arrivals } = recorder.flush(0, 0, HEALTH)
    expectFigures(flushed[0]!.latency, expected.latency)
    expectFigures(flushed[0]!.response, expected.response)
    expectFigures(arrivals.lateness, expected.lateness)
    expect(flushed[0]!.response === flushed[0]!.latency).toBe(expected.lateCount === 0)
  })

  test.each(ofKind('mergeWorkers'))(
    '$id: merged over bytes, not averaged',
    ({ input, expected }) => {
      const values = responsesUs(duesUs(input.plan), input.server)
      const each = values.length / input.workers
      const slowFirst = [...values].sort((a, b) => b - a)
      const parts = Array.from({ length: input.workers }, (_, w) =>
        input.split === 'skewed'
          ? slowFirst.slice(w * each, (w + 1) * each)
          : values.filter((_, i) => i % input.workers === w),
      )
      const snapshots = parts.map((part, worker) => {
        const recorder = new WorkerRecorder(worker)
        const series = recorder.series('http', 'GET', '/')
        for (const us of part) recorder.record(series, us, 0, 200, 0, 0, 1)
        return decodeSnapshot(encodeSnapshot(recorder.flush(0, 0, HEALTH)))
      })
      const merged = allOf(mergeSnapshots(0, snapshots, true).series).response
      expect(merged).toBeInstanceOf(LogHistogram)
      expectFigures(merged, expected.merged)
    },
  )
})
