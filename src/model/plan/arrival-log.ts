/**
 * The instants in a log: one per line, as an ISO time, seconds or milliseconds since 1970, an access log of nginx or Apache
 * (`… [10/Oct/2026:13:55:36 -0700] …`), or a JSON object with `time`, `timestamp`, `ts` or `@timestamp`. The first line that says
 * something decides which; lines without an instant are counted, not guessed. Access logs know whole seconds: arrivals of
 * one second are spread evenly over it, in their order.
 */
export interface ArrivalLog {
  /** Ascending, the first 0. */
  readonly offsetsMs: readonly number[]
  /** Lines that say no instant; `firstBadLine` counts from 1, 0 when there is none. */
  readonly skipped: number
  readonly firstBadLine: number
}

type Reader = (line: string) => number | undefined

const ACCESS = /\[(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\]/
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
const JSON_KEYS = ['time', 'timestamp', 'ts', '@timestamp']
/** Numbers below are seconds: as milliseconds they would lie before 1973. */
const MS_FROM = 1e11

export function readArrivalLog(lines: Iterable<string>): ArrivalLog {
  const timesMs: number[] = []
  let reader: Reader | undefined
  let skipped = 0
  let firstBadLine = 0
  let number = 0
  for (const line of lines) {
    number++
    if (line.trim() === '') continue
    reader ??= READERS.find((each) => each(line) !== undefined)
    const timeMs = reader?.(line)
    if (timeMs !== undefined) timesMs.push(timeMs)
    else if (skipped++ === 0) firstBadLine = number
  }
  timesMs.sort((a, b) => a - b)
  const firstMs = timesMs[0] ?? 0
  const offsetsMs = timesMs.map((timeMs) => timeMs - firstMs)
  return {
    offsetsMs: reader === accessTime ? spreadSeconds(offsetsMs) : offsetsMs,
    skipped,
    firstBadLine,
  }
}

/** Equal whole seconds become even steps within that second. */
function spreadSeconds(offsetsMs: readonly number[]): number[] {
  const spread: number[] = []
  for (let from = 0; from < offsetsMs.length; ) {
    let to = from
    while (to < offsetsMs.length && offsetsMs[to] === offsetsMs[from]) to++
    for (let n = from; n < to; n++) {
      spread.push(offsetsMs[from]! + ((n - from) * 1_000) / (to - from))
    }
    from = to
  }
  return spread
}

function accessTime(line: string): number | undefined {
  const match = ACCESS.exec(line)
  if (match === null) return undefined
  const [, day, name, year, hour, minute, second, sign, zoneHours, zoneMinutes] = match
  const month = MONTHS.indexOf(name!) / 3
  if (!Number.isInteger(month) || month < 0) return undefined
  const utcMs = Date.UTC(
    Number(year),
    month,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  const zoneMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000
  return sign === '+' ? utcMs - zoneMs : utcMs + zoneMs
}

function jsonTime(line: string): number | undefined {
  if (!/^\s*\{/.test(line)) return undefined
  let entry: Record<string, unknown>
  try {
    entry = JSON.parse(line) as Record<string, unknown>
  } catch {
    return undefined // a line that is cut off is one that says no instant; it is counted
  }
  for (const key of JSON_KEYS) {
    const value = entry[key]
    const timeMs = plainTime(typeof value === 'number' ? String(value) : value)
    if (timeMs !== undefined) return timeMs
  }
  return undefined
}

function plainTime(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (/^\d+(\.\d+)?$/.test(text)) {
    const number = Number(text)
    return number < MS_FROM ? number * 1_000 : number
  }
  // Only what is surely an ISO time: Date.parse guesses at much else.
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(text)) return undefined
  const timeMs = Date.parse(/[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`)
  return Number.isNaN(timeMs) ? undefined : timeMs
}

const READERS: readonly Reader[] = [jsonTime, accessTime, plainTime]
