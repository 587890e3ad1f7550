/**
 * Turns what a worker process prints into whole lines: long ones are cut, and when a script prints without end, only
 * the first lines of each second are shown and the rest is counted. Partial last lines are shown at the end.
 */
import { LOG_LINE_CHARS_MAX, LOG_LINES_PER_SEC_MAX } from '../../../kernel/limits.ts'

/** Calls `onLine` for each line of `stream`, without its line break. */
export function forwardLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  const lines = new LineSplitter(onLine)
  stream.setEncoding('utf8')
  // The budget is refilled by a timer only while something is printed, so an idle worker costs nothing.
  let refill: NodeJS.Timeout | undefined
  stream.on('data', (text: string) => {
    lines.push(text)
    if (refill !== undefined) return
    refill = setTimeout(() => {
      refill = undefined
      lines.refill()
    }, 1_000)
    refill.unref()
  })
  stream.on('end', () => {
    clearTimeout(refill)
    lines.end()
  })
}

/** The pure part: text in, lines out. */
export class LineSplitter {
  readonly #onLine: (line: string) => void
  #rest = ''
  #budget = LOG_LINES_PER_SEC_MAX
  #hidden = 0

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = (lines.pop() as string).slice(0, LOG_LINE_CHARS_MAX)
    for (const line of lines) this.#emit(line)
  }

  /** A new second has begun. */
  refill(): void {
    if (this.#hidden > 0) this.#onLine(`(${this.#hidden} more lines were not shown)`)
    this.#hidden = 0
    this.#budget = LOG_LINES_PER_SEC_MAX
  }

  end(): void {
    if (this.#rest !== '') this.#emit(this.#rest)
    this.#rest = ''
    this.refill()
  }

  #emit(line: string): void {
    if (line.trim() === '') return
    if (this.#budget === 0) {
      this.#hidden++
      return
    }
    this.#budget--
    const clean = line.endsWith('\r') ? line.slice(0, -1) : line
    const cut = clean.length > LOG_LINE_CHARS_MAX
    this.#onLine(cut ? `${clean.slice(0, LOG_LINE_CHARS_MAX)}…` : clean)
  }
}
