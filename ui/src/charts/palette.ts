/**
 * Colours of what is drawn on canvas; those of the rest are in `style/tokens.css`. Six lines that stay apart under every common colour
 * blindness and stand out from the page by 3 : 1 or more; a colour is never the only mark, lines have dashes and bars have patterns.
 */
import type { Theme } from '../state/theme.ts'

export interface Palette {
  readonly lines: readonly string[]
  readonly text: string
  readonly grid: string
  readonly card: string
  readonly fail: string
  readonly band: string
  /** From few to many. Never so strong that a line on it falls below 3 : 1. */
  readonly heat: readonly string[]
}

const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    lines: ['#0060A8', '#E64786', '#9B62FB', '#443318', '#A1830F', '#720050'],
    text: '#5A6372',
    grid: '#E3E6EB',
    card: '#F6F7F9',
    fail: '#C01F2E',
    band: '#5A637222',
    heat: ['#E9F0F8', '#DCE9F5', '#CFE1F2', '#C1D9EF', '#B3D0EB', '#A5C8E7', '#97BFE3'],
  },
  dark: {
    lines: ['#4AA3FF', '#D1668F', '#734BFE', '#25FE9A', '#7D7A03', '#E3F15A'],
    text: '#A3ACBA',
    grid: '#262C35',
    card: '#171B21',
    fail: '#FF7B82',
    band: '#A3ACBA22',
    heat: ['#1A2634', '#1B2C40', '#1D334C', '#1F3A58', '#214063', '#23466E', '#254C79'],
  },
}

export const paletteOf = (theme: Theme): Palette => PALETTES[theme]

/** Dashes by index of the line, in CSS pixels; none for the first. */
export const DASHES: readonly (readonly number[])[] = [
  [],
  [8, 3],
  [3, 3],
  [12, 3, 3, 3],
  [1, 3],
  [6, 2, 1, 2],
]
