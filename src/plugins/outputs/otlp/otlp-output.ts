/**
 * `--output otlp=http://localhost:4318`: how the run stands, every few seconds and once at the end, to anything that takes OTLP/HTTP: the
 * OpenTelemetry collector, Grafana's, or Prometheus itself. Sums are cumulative, so a lost message costs resolution and no number.
 */
import type { Clock } from '../../../contracts/clock.ts'
import type { Output, RunInfo } from '../../../contracts/output.ts'
import type { ThresholdResult } from '../../../contracts/result.ts'
import type { Window } from '../../../contracts/window.ts'
import { PushTimes } from '../../../model/export/push-times.ts'
import { RunMeter } from '../../../model/export/run-meter.ts'
import type { Outbox } from '../../../run/outbound/outbox.ts'
import { type OtlpRun, otlpMetrics } from './otlp-metrics.ts'

export class OtlpOutput implements Output {
  readonly name = 'otlp'
  readonly #outbox: Outbox
  readonly #times: PushTimes
  #of: { readonly meter: RunMeter; readonly run: OtlpRun } | undefined

  constructor(outbox: Outbox, clock: Clock) {
    this.#outbox = outbox
    this.#times = new PushTimes(clock)
  }

  start(run: RunInfo): void {
    const { id, startedAtEpochMs, plan } = run
    this.#of = { meter: new RunMeter(run), run: { id, startedAtEpochMs, name: plan.name } }
  }

  onWindow(window: Window, thresholds: readonly ThresholdResult[]): void {
    this.#of?.meter.add(window, thresholds)
    if (this.#times.isDue(window.window)) this.#push()
  }

  stop(): Promise<void> {
    this.#push()
    return this.#outbox.flush()
  }

  close(): void {
    this.#outbox.close()
  }

  #push(): void {
    if (this.#of === undefined) return
    const { meter, run } = this.#of
    const epochMs = this.#times.next(meter.epochMs)
    this.#outbox.put(Buffer.from(JSON.stringify(otlpMetrics(meter.families(), run, epochMs))))
  }
}
