/**
 * Reads the history for the page, in a process of its own with a low priority: comparing runs takes a second of a core, which a run under
 * way must not feel. Answers one question after another and ends with its parent. Knows the history it is told first and no other.
 */
import { setPriority } from 'node:os'
import type { Problem } from '../../contracts/problem.ts'
import type { Store } from '../../contracts/store.ts'
import { OnrushError } from '../../kernel/errors.ts'
import { type HistoryQuestion, HistoryQuestions } from '../history/history-questions.ts'
import { type HistoryPlace, openHistory } from '../history/open-history.ts'
import { RunFileError, runFileProblem } from '../history/run-file-check.ts'

/** What the parent sends; `place` is the same in all of them. */
export interface Asked {
  readonly number: number
  readonly place: HistoryPlace
  readonly question: HistoryQuestion
}

/** What it gets back. `text`: what could not be kept, by the way. */
export type Answered =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly problems: readonly Problem[] }
  | { readonly number: number; readonly bug: string }
  | { readonly text: string }

const NICE = 10

const tell = (answer: Answered): void => {
  if (process.connected) process.send?.(answer)
}
let opened: Promise<readonly [Store, HistoryQuestions]> | undefined
let turn = Promise.resolve()

setPriority(NICE)
process.once('disconnect', () => void leave())
process.on('message', (asked: Asked) => {
  turn = turn.then(() => answer(asked))
})

async function answer({ number, place, question }: Asked): Promise<void> {
  try {
    opened ??= open(place)
    const [, questions] = await opened
    tell({ number, value: await questions.answer(question) })
  } catch (error) {
    if (error instanceof OnrushError) tell({ number, problems: error.problems })
    else if (error instanceof RunFileError) {
      tell({ number, problems: [runFileProblem('the file', error)] })
    } else
      tell({ number, bug: error instanceof Error ? (error.stack ?? error.message) : `${error}` })
  }
}

async function open(place: HistoryPlace): Promise<readonly [Store, HistoryQuestions]> {
  try {
    const store = await openHistory(place, (text) => tell({ text }))
    return [store, new HistoryQuestions(store)]
  } catch (error) {
    // The next question tries again: the server may be there by then.
    opened = undefined
    throw error
  }
}

async function leave(): Promise<void> {
  const store = await opened?.catch(() => undefined)
  await store?.[0].close()
  process.exit(0)
}
