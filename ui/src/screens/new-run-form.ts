/**
 * The state of the form: what is typed, kept over a reload; what the server says of it a moment later, with the same words as the
 * command line; whether the host answers. Nothing here starts load but `start`.
 */
import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js'
import { createStore } from 'solid-js/store'
import { ApiError, checkRun, reachHost, startRun } from '../api/client.ts'
import type { Problem, Reached, RunRequest, ScriptFacts } from '../api/types.ts'
import { announce } from '../state/announce.ts'
import { go, runUrl } from '../state/location.ts'
import { askServer, runningId } from '../state/server.ts'
import { keepFields } from './new-run-again.ts'
import {
  type Fields,
  fieldOf,
  initialFields,
  paramOf,
  requestOf,
  shownFields,
  type TextField,
} from './new-run-fields.ts'

/** So long after the last key. */
const PAUSE_MS = 400

export interface FormState {
  readonly fields: Fields
  readonly facts: Accessor<ScriptFacts>
  readonly request: Accessor<RunRequest>
  readonly problems: Accessor<readonly Problem[]>
  /** Those that belong to no field that is shown. */
  readonly others: Accessor<readonly Problem[]>
  readonly load: Accessor<readonly string[]>
  readonly reached: Accessor<Reached | undefined>
  readonly refusal: Accessor<string | undefined>
  readonly isSending: Accessor<boolean>
  set(change: Partial<Fields>): void
  setParam(name: string, value: string): void
  /** What an input for one of the texts needs. */
  field(name: TextField): {
    readonly name: TextField
    readonly value: string
    readonly problems: readonly Problem[]
    readonly onInput: (value: string) => void
  }
  ruleProblems(index: number): readonly Problem[]
  start(): Promise<void>
}

export function createForm(first: ScriptFacts, begin: Fields): FormState {
  const [facts, setFacts] = createSignal(first)
  const [fields, setFields] = createStore<{ -readonly [Name in keyof Fields]: Fields[Name] }>({
    ...begin,
  })
  const [problems, setProblems] = createSignal<readonly Problem[]>([])
  const [load, setLoad] = createSignal<readonly string[]>([])
  const [reached, setReached] = createSignal<Reached>()
  const [refusal, setRefusal] = createSignal<string>()
  const [isSending, setIsSending] = createSignal(false)
  const request = (): RunRequest => requestOf(fields, facts())

  /** `script`: another one was chosen, and the form begins as it says. */
  const check = async (script: string): Promise<void> => {
    const asked = JSON.stringify(request())
    const answer = await checkRun(
      script === facts().script ? request() : { model: 'script', script },
    )
    if (script !== fields.script || isSending()) return
    if (script !== facts().script && answer.facts !== null) {
      setFacts(answer.facts)
      setFields(initialFields(answer.facts))
      return
    }
    if (asked !== JSON.stringify(request())) return
    if (answer.facts !== null) setFacts(answer.facts)
    setProblems(answer.problems)
    setLoad(answer.load)
  }
  const reach = async (host: string): Promise<void> => {
    const answer = /^https?:\/\//.test(host) ? await reachHost(host) : undefined
    if (host === fields.host.trim()) setReached(answer)
  }
  /** A server that is away is said elsewhere, and here nothing. */
  const quietly = (call: Promise<void>): void =>
    void call.catch((error) => {
      if (!(error instanceof ApiError || error instanceof TypeError)) throw error
    })
  createEffect(() => keepFields(JSON.parse(JSON.stringify(fields)) as Fields, facts()))
  later(
    () => JSON.stringify([fields.script, request()]),
    // Loading a script costs; while a run goes on nobody needs it.
    () => runningId() === undefined && quietly(check(fields.script)),
  )
  later(
    () => fields.host.trim(),
    (host) => {
      setReached(undefined)
      quietly(reach(host))
    },
  )

  const start = async (): Promise<void> => {
    setIsSending(true)
    setRefusal(undefined)
    setProblems([])
    try {
      const answer = await startRun(request())
      if ('problems' in answer) {
        setProblems(answer.problems)
        announce(`Not started: ${answer.problems.length} to mend`)
        queueMicrotask(() => document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
      } else {
        void askServer()
        go(runUrl(answer.value.id))
      }
    } catch (error) {
      const isBusy = error instanceof ApiError && error.status === 409
      setRefusal(isBusy ? 'A run goes on. Stop it first.' : `Not started: ${error}`)
    } finally {
      setIsSending(false)
    }
  }
  const problemsOf = (name: keyof Fields): readonly Problem[] =>
    problems().filter((problem) => fieldOf(problem) === name)
  const ruleIndex = ({ path }: Problem): number => {
    const written = Number(/thresholds?\[(\d+)\]/.exec(path)?.[1] ?? Number.NaN)
    return written - (facts().rules ?? []).length
  }
  const isAtRule = (problem: Problem): boolean =>
    ruleIndex(problem) >= 0 && ruleIndex(problem) < Math.max(1, fields.thresholds.length)
  const others = (): readonly Problem[] => {
    const shown = shownFields(fields)
    const params = (facts().params ?? []).map(({ name }) => name)
    return problems().filter((problem) => {
      const field = fieldOf(problem)
      if (field === 'thresholds') return !isAtRule(problem)
      if (field === 'params') return !params.includes(paramOf(problem) ?? '')
      return field === undefined || !shown.includes(field)
    })
  }
  return {
    fields,
    facts,
    request,
    problems,
    others,
    load,
    reached,
    refusal,
    isSending,
    set: (change) => setFields(change),
    setParam: (name, value) => setFields('params', { ...fields.params, [name]: value }),
    field: (name) => ({
      name,
      get value() {
        return fields[name]
      },
      get problems() {
        return problemsOf(name)
      },
      onInput: (value) => setFields(name, value),
    }),
    ruleProblems: (index) =>
      problemsOf('thresholds').filter((problem) => ruleIndex(problem) === index),
    start,
  }
}

/** Calls `act` with `watched`, at first at once, then when it has not changed for a moment. */
function later<T>(watched: () => T, act: (value: T) => unknown): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  createEffect(
    on(watched, (value, before) => {
      clearTimeout(timer)
      timer = setTimeout(() => act(value), before === undefined ? 0 : PAUSE_MS)
    }),
  )
}
