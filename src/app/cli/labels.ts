/** Labels of workers as they are typed: `region=eu`, several with commas between them or one after the other. */
import type { Labels } from '../../contracts/wire.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'

/** A name and a value that can be read anywhere, and need no quotes. */
const LABEL = /^([\w.-]{1,63})=([\w.:/-]{1,63})$/

/** Of what was typed, a list or nothing. `place`: where. Throws `OnrushError`. */
export function labelsOf(typed: unknown, place: string): Labels {
  const parts = Array.isArray(typed) ? typed.map(String) : []
  const labels: Record<string, string> = {}
  for (const part of parts.flatMap((each) => each.split(','))) {
    const [, key, value] = LABEL.exec(part.trim()) ?? []
    if (key === undefined || value === undefined || (labels[key] ?? value) !== value)
      throw new OnrushError([wrong(part, place, key !== undefined)])
    labels[key] = value
  }
  return labels
}

/** `region=eu, size=big`; what there is to choose from. */
export const labelsText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ')

const wrong = (part: string, place: string, isTwice: boolean) =>
  problem(
    'E_USAGE',
    place,
    isTwice ? `"${part}" gives a label a second value` : `"${part}" is not a label`,
    'a label is a name and one value, such as region=eu',
    `${place} region=eu,size=big`,
  )
