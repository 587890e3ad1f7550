/** Opens the outputs of `--output` before any load, and says of all that cannot be opened why, with no secret of their addresses. */
import type { Problem } from '../../contracts/problem.ts'
import { nearestOf as nearest } from '../../kernel/did-you-mean.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { maskAddress } from '../../kernel/mask-address.ts'
import {
  Missing,
  type OpenedOutput,
  OUTPUT_KINDS,
  type OutputPlace,
  Unreadable,
} from './output-kinds.ts'

/** `place`: where they were written, such as `--output`. Throws `OnrushError`. */
export async function openOutputs(
  wanted: readonly string[],
  at: OutputPlace & { readonly place: string },
): Promise<OpenedOutput[]> {
  const problems: Problem[] = []
  const outputs: OpenedOutput[] = []
  for (const text of wanted) {
    const opened = await open(text, at)
    if ('code' in opened) problems.push(opened)
    else outputs.push(opened)
  }
  if (problems.length === 0) return outputs
  for (const each of outputs) each.close()
  throw new OnrushError(problems)
}

async function open(
  text: string,
  at: OutputPlace & { readonly place: string },
): Promise<OpenedOutput | Problem> {
  const shown = maskAddress(text)
  const wrong = (what: string, why: string, fix: string): Problem =>
    problem('E_OUTPUT', `${at.place} ${shown}`, what, why, fix)
  const [, kind = text, where = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  const openKind = Object.hasOwn(OUTPUT_KINDS, kind) ? OUTPUT_KINDS[kind] : undefined
  if (openKind === undefined) {
    const known = Object.keys(OUTPUT_KINDS)
    const guess = nearest(kind, known)
    const fix = guess === undefined ? 'write KIND=WHERE' : `did you mean "${guess}"?`
    const what = `there is no output "${maskAddress(kind)}"`
    return wrong(what, `there are ${known.join(', ')}`, fix)
  }
  if (where === '') {
    return wrong(`the output "${kind}" needs a place`, 'it is written KIND=WHERE', 'add it')
  }
  try {
    return await openKind(where, at)
  } catch (error) {
    const why = (error as Error).message
    if (error instanceof Unreadable) {
      const what = `where "${kind}" should write to cannot be read`
      return wrong(what, `it looks like ${why}`, 'correct it')
    }
    const fix = error instanceof Missing ? error.fix : 'name another place'
    return wrong(`the output "${kind}" cannot be opened`, why, fix)
  }
}
