/**
 * Requests of a file, in whatever order it has them, as numbers in columns: 58 bytes each, in blocks, so that millions fit into
 * memory and can be put in order of time. Durations keep seven digits, times and bytes are exact.
 */
const BLOCK = 1 << 16

const block = () => ({
  startMs: new Float64Array(BLOCK),
  bytesIn: new Float64Array(BLOCK),
  bytesOut: new Float64Array(BLOCK),
  latencyMs: new Float32Array(BLOCK),
  phasesMs: new Float32Array(5 * BLOCK),
  series: new Int32Array(BLOCK),
  error: new Int32Array(BLOCK),
  status: new Uint16Array(BLOCK),
})

/** `error` −1: it passed. `phasesMs`: connect, tls, send, wait, receive. */
export interface SampleRow {
  startMs: number
  latencyMs: number
  series: number
  error: number
  status: number
  bytesIn: number
  bytesOut: number
  phasesMs: readonly number[]
}

export class SampleColumns {
  readonly #blocks: ReturnType<typeof block>[] = []
  length = 0

  add(row: SampleRow): void {
    const at = this.length++ % BLOCK
    if (at === 0) this.#blocks.push(block())
    const into = this.#blocks.at(-1)!
    into.startMs[at] = row.startMs
    into.bytesIn[at] = row.bytesIn
    into.bytesOut[at] = row.bytesOut
    into.latencyMs[at] = row.latencyMs
    for (let phase = 0; phase < 5; phase++) into.phasesMs[5 * at + phase] = row.phasesMs[phase] ?? 0
    into.series[at] = row.series
    into.error[at] = row.error
    into.status[at] = row.status
  }

  at(index: number): SampleRow {
    const from = this.#blocks[Math.floor(index / BLOCK)]!
    const at = index % BLOCK
    return {
      startMs: from.startMs[at]!,
      latencyMs: from.latencyMs[at]!,
      series: from.series[at]!,
      error: from.error[at]!,
      status: from.status[at]!,
      bytesIn: from.bytesIn[at]!,
      bytesOut: from.bytesOut[at]!,
      phasesMs: from.phasesMs.subarray(5 * at, 5 * at + 5) as unknown as readonly number[],
    }
  }

  startMs(index: number): number {
    return this.#blocks[Math.floor(index / BLOCK)]!.startMs[index % BLOCK]!
  }

  endMs(index: number): number {
    const from = this.#blocks[Math.floor(index / BLOCK)]!
    return from.startMs[index % BLOCK]! + from.latencyMs[index % BLOCK]!
  }

  /** Indices by rising `timeOf`; of equal ones in the order they came. */
  inOrderOf(timeOf: (index: number) => number): Uint32Array {
    return Uint32Array.from({ length: this.length }, (_, index) => index).sort(
      (a, b) => timeOf(a) - timeOf(b) || a - b,
    )
  }
}
