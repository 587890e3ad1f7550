/**
 * A window of a few lines at the bottom of the terminal with everything else scrolling above it, so that scroll-back
 * keeps the whole story. Redraws only lines that changed, inside a synchronized update so that nothing flickers,
 * and at most ten times a second (the caller's clock). Hides the cursor while it is open; `close` gives it back.
 */
export interface TextSink {
  write(text: string): void
}

const SYNC_BEGIN = '\x1b[?2026h'
const SYNC_END = '\x1b[?2026l'
const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const CLEAR_LINE = '\x1b[2K'

export class BottomWindow {
  readonly #sink: TextSink
  #shown: readonly string[] = []
  #open = false

  constructor(sink: TextSink) {
    this.#sink = sink
  }

  /** Draws `lines` in place of the previous ones; each must fit the terminal's width. */
  draw(lines: readonly string[]): void {
    let text = this.#open ? '' : HIDE_CURSOR
    this.#open = true
    if (lines.length === this.#shown.length) {
      const changed = this.#changes(lines)
      if (changed === '') return
      text += changed
    } else {
      text += this.#erase() + lines.map((line) => `${line}\n`).join('')
    }
    this.#shown = lines
    this.#sink.write(SYNC_BEGIN + text + SYNC_END)
  }

  /** Prints lines above the window, which stays. */
  print(lines: readonly string[]): void {
    const text = lines.map((line) => `${line}\n`).join('')
    const window = this.#shown.map((line) => `${line}\n`).join('')
    this.#sink.write(this.#open ? SYNC_BEGIN + this.#erase() + text + window + SYNC_END : text)
  }

  /** Removes the window. Idempotent. */
  close(): void {
    if (!this.#open) return
    this.#sink.write(this.#erase() + SHOW_CURSOR)
    this.#shown = []
    this.#open = false
  }

  #erase(): string {
    const height = this.#shown.length
    return height === 0 ? '' : `\x1b[${height}A\r\x1b[0J`
  }

  /** The cursor stands below the window; each changed line is reached, cleared, written and left again. */
  #changes(lines: readonly string[]): string {
    let text = ''
    lines.forEach((line, index) => {
      if (line === this.#shown[index]) return
      const up = lines.length - index
      text += `\x1b[${up}A\r${CLEAR_LINE}${line}\x1b[${up}B\r`
    })
    return text
  }
}
