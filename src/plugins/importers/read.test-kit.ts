/** What a format tells of a text, for its tests. */
import type { ForeignFormat, ForeignSample } from '../../contracts/foreign.ts'

export interface Told {
  readonly samples: ForeignSample[]
  readonly checks: readonly [name: string, passed: boolean][]
  readonly users: readonly number[]
  readonly notes: readonly string[]
}

/** `pieces` cuts the text as a stream may; neighbours by name. */
export async function tell(
  format: ForeignFormat,
  text: string,
  { name = 'file', neighbours = {} as Readonly<Record<string, string>>, pieceBytes = 1 << 16 } = {},
) {
  const samples: ForeignSample[] = []
  const checks: [string, boolean][] = []
  const users: number[] = []
  const notes: string[] = []
  const streamed = async function* (of: string) {
    const bytes = Buffer.from(of)
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
  }
  const file = {
    name,
    bytes: () => streamed(text),
    neighbour: (of: string) => (of in neighbours ? streamed(neighbours[of]!) : undefined),
  }
  const summary = await format.read(file, text.slice(0, 4_096), {
    sample: (each) => samples.push(each),
    check: (check, passed) => checks.push([check, passed]),
    users: (active) => users.push(active),
    note: (note) => notes.push(note),
  })
  return { summary, told: { samples, checks, users, notes } satisfies Told }
}
