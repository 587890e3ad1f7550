/**
 * The parent's end of the process that reads the history for the page: begun with the first question, ended after some idle minutes
 * or with the page. When it dies, what was asked of it fails and the next question begins another.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { OnrushError } from '../../kernel/errors.ts'
import { HISTORY_QUESTIONS_MAX } from '../../kernel/limits.ts'
import type { Answered, Asked } from '../entry/history-process.ts'
import type { HistoryQuestion } from './history-questions.ts'
import type { HistoryPlace } from './open-history.ts'

const ENTRY = fileURLToPath(new URL('../entry/history-process.js', import.meta.url))
const IDLE_MS = 120_000

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

export class HistoryProcess {
  readonly #place: HistoryPlace
  readonly #say: (text: string) => void
  readonly #waiting = new Map<number, Waiting>()
  #child: ChildProcess | undefined
  #idle: NodeJS.Timeout | undefined
  #asked = 0

  /** `say`: what could not be kept, for people. */
  constructor(place: HistoryPlace, say: (text: string) => void) {
    this.#place = place
    this.#say = say
  }

  /** Rejects with `OnrushError` for what a person can mend. */
  ask<T>(question: HistoryQuestion): Promise<T> {
    if (this.#waiting.size >= HISTORY_QUESTIONS_MAX) {
      return Promise.reject(new Error('too many questions wait for the history: ask again later'))
    }
    clearTimeout(this.#idle)
    this.#child ??= this.#begin()
    const child = this.#child
    const number = ++this.#asked
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(number, { resolve: resolve as (value: unknown) => void, reject })
      const asked: Asked = { number, place: this.#place, question }
      // A process that is gone says so by its end.
      child.send(asked, () => undefined)
    })
  }

  /** Idempotent; what was asked and not answered fails. */
  close(): void {
    clearTimeout(this.#idle)
    if (this.#child?.connected) this.#child.disconnect()
    this.#child = undefined
    this.#fail('it was closed')
  }

  #begin(): ChildProcess {
    const child = fork(ENTRY, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.on('message', (answer: Answered) => this.#take(answer))
    child.once('error', (error) => this.#gone(child, error.message))
    child.once('exit', (code, signal) => this.#gone(child, `it ended with ${signal ?? code}`))
    return child
  }

  #take(answer: Answered): void {
    if ('text' in answer) {
      this.#say(answer.text)
      return
    }
    const waiting = this.#waiting.get(answer.number)
    this.#waiting.delete(answer.number)
    if ('value' in answer) waiting?.resolve(answer.value)
    else if ('problems' in answer) waiting?.reject(new OnrushError(answer.problems))
    else waiting?.reject(new Error(answer.bug))
    if (this.#waiting.size === 0) this.#idle = setTimeout(() => this.close(), IDLE_MS).unref()
  }

  #gone(child: ChildProcess, why: string): void {
    // Of one that was told to leave nobody waits for an answer.
    if (this.#child !== child) return
    this.#child = undefined
    this.#fail(why)
  }

  #fail(why: string): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new Error(`the process that reads the history is gone: ${why}`))
    }
    this.#waiting.clear()
  }
}
