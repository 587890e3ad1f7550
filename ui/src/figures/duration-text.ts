/** '1h30m', '90s' is '1m30s': a duration as the command line takes it. Pure. */
const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
]

/** Whole milliseconds. */
export function durationText(ms: number): string {
  let left = Math.round(ms)
  let text = ''
  for (const [unit, size] of UNITS) {
    const times = Math.floor(left / size)
    if (times > 0) text += `${times}${unit}`
    left -= times * size
  }
  return text === '' ? '0s' : text
}
