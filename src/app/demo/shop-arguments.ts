/** The shop's command line: `--port`, `--seed`, and `--demo-latency-ms 50` for the knob `latencyMs`. */

import { KNOBS_OFF, type Knobs, turnKnobs } from './knobs.ts'
import type { ShopOptions } from './shop.ts'

/** The options, or the sentence that says what is wrong. */
export function readShopArguments(words: readonly string[]): ShopOptions | string {
  const knobs: Record<string, unknown> = {}
  const numbers: Record<string, number> = { port: 0, seed: 1 }
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const name = word
      .replace(/^--(demo-)?/, '')
      .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    const next = words[i + 1]
    const value = next === undefined || next.startsWith('--') ? true : parse(words[++i]!)
    if (!word.startsWith('--')) return `${word}: options start with --`
    if (word.startsWith('--demo-')) knobs[name] = value
    else if (name in numbers && typeof value === 'number') numbers[name] = value
    else
      return `${word}: there are --port N, --seed N and one --demo-… per knob: ${Object.keys(KNOBS_OFF).join(', ')}`
  }
  const problems = turnKnobs({ ...KNOBS_OFF }, knobs)
  if (problems.length > 0) return problems.join('\n')
  return { port: numbers['port']!, seed: numbers['seed']!, knobs: knobs as Partial<Knobs> }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is a value too: `turnKnobs` says what it should have been.
    return text
  }
}
