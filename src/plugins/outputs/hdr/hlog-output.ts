/**
 * `--output hlog=FILE`: a histogram log (format 1.3) of response times in nanoseconds: per second one line of all requests and one per
 * series, tagged with its name. Tools expect times that grow, so seconds that may still change are held back, and the file lags half
 * a minute behind until the run ends.
 */
import type { Output, RunInfo } from '../../../contracts/output.ts'
import type { SeriesDelta } from '../../../contracts/snapshot.ts'
import type { Window } from '../../../contracts/window.ts'
import { SettledWindows } from '../../../model/export/settled-windows.ts'
import { allOf, isOfRequests } from '../../../model/metrics/series-totals.ts'
import { taggedName } from '../../../model/metrics/tags.ts'
import { LineFile } from '../../../run/outbound/line-file.ts'
import { encodeHdr } from './hdr-encoding.ts'

const HEADS = '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"'

export class HlogOutput implements Output {
  readonly name = 'hlog'
  readonly #file: LineFile
  readonly #settled = new SettledWindows((window) => this.#write(window))

  /** Empties the file. Throws when it cannot be written. */
  constructor(path: string, say: (text: string) => void) {
    this.#file = new LineFile(path, say)
  }

  start(run: RunInfo): void {
    const seconds = (run.startedAtEpochMs / 1_000).toFixed(3)
    const at = new Date(run.startedAtEpochMs).toISOString()
    this.#file.write(
      `#[onrush ${oneLine(run.id)}: response times, nanoseconds]\n#[Histogram log format version 1.3]\n#[StartTime: ${seconds} (seconds since epoch), ${at}]\n${HEADS}\n`,
    )
  }

  onWindow(window: Window): void {
    this.#settled.add(window)
  }

  stop(): void {
    this.#settled.end()
    this.close()
  }

  close(): void {
    this.#file.close()
  }

  #write(window: Window): void {
    const requests = window.series.filter(isOfRequests)
    if (requests.length === 0) return
    const lines = [
      lineOf('', window, allOf(requests)),
      ...requests.map((each) => lineOf(`Tag=${tagOf(each)},`, window, each)),
    ]
    this.#file.write(lines.join(''))
  }
}

function lineOf(tag: string, window: Window, { response }: SeriesDelta): string {
  if (response.count === 0) return ''
  const times = [window.startMs, window.durationMs, response.maxUs / 1_000]
  // Seconds, seconds and, by custom, milliseconds.
  const [start, length, max] = [times[0]! / 1_000, times[1]! / 1_000, times[2]!]
  return `${tag}${start.toFixed(3)},${length.toFixed(3)},${max.toFixed(3)},${encodeHdr(response)}\n`
}

/** Tags hold no commas, blanks or line breaks. */
const tagOf = ({ method, name, tags }: SeriesDelta): string =>
  `${method}_${taggedName(name, tags)}`.replace(/[,\s]+/g, '_')

const oneLine = (text: string): string => text.replace(/[\r\n\]]+/g, ' ')
