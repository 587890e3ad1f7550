/**
 * The nearest known word to a mistyped one, for messages. Edit distance with neighbours swapped counting as one;
 * nothing is suggested when more than a third of the word would have to change. For short lists of short words.
 */

/** `Did you mean "users"?`, or the empty string when nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = nearestOf(word, known)
  return nearest === undefined ? '' : `Did you mean "${nearest}"?`
}

/** The known word with the least edits, the first of equals; undefined when none is near. */
export function nearestOf(
  word: string,
  known: readonly string[],
  editsMax = Math.ceil(Math.min(word.length, WORD_CHARS_MAX) / 3),
): string | undefined {
  const from = word.slice(0, WORD_CHARS_MAX).toLowerCase()
  let nearest: string | undefined
  let least = editsMax + 1
  for (const candidate of known) {
    const edits = editDistance(from, candidate.slice(0, WORD_CHARS_MAX).toLowerCase())
    if (edits >= least) continue
    least = edits
    nearest = candidate
  }
  return nearest
}

const WORD_CHARS_MAX = 60

function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row[j] = Math.min(change, previous[j]! + 1, row[j - 1]! + 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) row[j] = Math.min(row[j]!, beforePrevious[j - 2]! + 1)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[b.length]!
}
