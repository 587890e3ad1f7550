/**
 * Lines of CSV as RFC 4180 and Python's `csv` module have them: commas, CRLF, quotes only where needed, doubled inside. And
 * the numbers of Locust: response times in steps that grow with them. Pure.
 */

export type Cell = string | number

/** One line, with its end. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map((each) => quoted(String(each))).join(',')}\r\n`
}

const quoted = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/**
 * A response time in whole ms: exact below 100, then in steps of 10, of 100 from one second on, of 1000 from ten seconds on.
 * Halves go to the even neighbour.
 */
export function locustMs(ms: number): number {
  const step = ms < 100 ? 1 : ms < 1_000 ? 10 : ms < 10_000 ? 100 : 1_000
  return halfToEven(ms / step) * step
}

function halfToEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

/** `2026-11-21T14:55:01Z`. */
export const isoSeconds = (epochMs: number): string =>
  `${new Date(epochMs).toISOString().slice(0, 19)}Z`
