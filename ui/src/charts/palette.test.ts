import { expect, it } from 'vitest'
import { paletteOf } from './palette.ts'

/** Contrast of WCAG 2.2 between two colours written as #rrggbb. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((left, right) => left - right)
  return (high! + 0.05) / (low! + 0.05)
}
function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
const PERCENTILE_LINES = [0, 5, 3]

for (const theme of ['light', 'dark'] as const) {
  it(`lines stand out from the card by 3 : 1, text by 4.5 : 1, ${theme}`, () => {
    const { lines, text, fail, card } = paletteOf(theme)
    for (const line of lines) expect(contrast(line, card), line).toBeGreaterThanOrEqual(3)
    for (const word of [text, fail]) expect(contrast(word, card), word).toBeGreaterThanOrEqual(4.5)
  })
  it(`percentiles stand out from every shade of the heat map by 3 : 1, ${theme}`, () => {
    const { lines, heat } = paletteOf(theme)
    for (const index of PERCENTILE_LINES) {
      for (const shade of heat)
        expect(
          contrast(lines[index]!, shade),
          `${lines[index]} on ${shade}`,
        ).toBeGreaterThanOrEqual(3)
    }
  })
}
