/** How a run stands, in one line, and what can be done with it. Every button has a key and a call of the API. */
import { createSignal, Show } from 'solid-js'
import { changeRun, type Posted, pauseRun, resumeRun } from '../api/client.ts'
import { hasEnded } from '../api/run-feed.ts'
import type { Problem, RunView } from '../api/types.ts'
import { clock, count, duration, figure, percent } from '../figures/format.ts'
import { failureRatio } from '../figures/series-rows.ts'
import { Link } from '../parts/link.tsx'
import { Problems } from '../parts/problems.tsx'
import { announce } from '../state/announce.ts'
import { onKeys } from '../state/keys.ts'
import { server } from '../state/server.ts'
import { ChangeDialog, NoteDialog, StopDialog } from './run-dialogs.tsx'
import { changeTo, plannedNow, steerable, stepped } from './steering.ts'

export function RunHeader(props: { readonly id: string; readonly view: RunView }) {
  const result = () => props.view.result
  const now = () => props.view.points.at(-1)
  const isOver = () => hasEnded(props.view)
  const rate = () => {
    const point = now()
    if (isOver() || point === undefined) return result().totals.ratePerSec
    return (point.requests * 1_000) / point.spanMs
  }
  return (
    <header class="run-header">
      <div>
        <h1>{result().run.name}</h1>
        <p class="muted">
          {result().run.script}
          <Show when={result().run.host}>{(host) => <> → {host()}</>}</Show> ·{' '}
          {props.view.load.join(', ')}
        </p>
      </div>
      <dl class="figures">
        <div>
          <dt>{stateWord(props.view)}</dt>
          <dd>
            {clock(props.view.elapsedMs)}
            <Show when={!isOver() && props.view.plannedMs}>
              {(planned) => <small> / {clock(planned())}</small>}
            </Show>
          </dd>
        </div>
        <Figure
          label="users"
          value={count(isOver() ? result().users.max : now()?.users)}
          note={isOver() ? 'most' : ''}
        />
        <Figure label="requests/s" value={figure(rate())} note={isOver() ? 'mean' : ''} />
        <Figure
          label="p95"
          value={duration(isOver() ? result().totals.responseMs.p95 : now()?.p95Ms)}
          note={isOver() ? 'whole run' : ''}
        />
        <Figure
          label="failures"
          value={percent(failureRatio(result().totals))}
          note={count(result().totals.failures)}
        />
      </dl>
      <Show when={isOver() && server()}>
        <Link to={`/?again=${encodeURIComponent(props.id)}`} class="again">
          Run again …
        </Link>
      </Show>
      <Show when={!isOver()}>
        <Controls id={props.id} view={props.view} />
      </Show>
    </header>
  )
}

function Figure(props: { readonly label: string; readonly value: string; readonly note: string }) {
  return (
    <div>
      <dt>{props.label}</dt>
      <dd>
        {props.value} <small class="muted">{props.note}</small>
      </dd>
    </div>
  )
}

type Question = 'stop' | 'note' | 'change'

function Controls(props: { readonly id: string; readonly view: RunView }) {
  const [question, setQuestion] = createSignal<Question>()
  const [problems, setProblems] = createSignal<readonly Problem[]>([])
  const [failure, setFailure] = createSignal<string>()
  /** Wanted by a step, until the plan shows it: two steps in a second are two steps. */
  let wanted: { value: number; untilMs: number } | undefined
  const send = async (call: Promise<Posted<object>>, said: string): Promise<void> => {
    try {
      const answer = await call
      setProblems('problems' in answer ? answer.problems : [])
      setFailure(undefined)
      if (!('problems' in answer)) announce(said)
    } catch (error) {
      setFailure(`It was not done: ${error instanceof Error ? error.message : error}`)
    }
  }
  const step = (sign: 1 | -1): void => {
    const what = steerable(props.view)
    if (what === undefined) {
      setQuestion('change')
      return
    }
    const isFresh = wanted !== undefined && performance.now() < wanted.untilMs
    const value = stepped(isFresh ? wanted!.value : plannedNow(props.view), sign)
    wanted = { value, untilMs: performance.now() + 3_000 }
    void send(
      changeRun(props.id, changeTo(what, value)),
      `${value} ${what === 'users' ? 'users' : 'arrivals per second'}`,
    )
  }
  const pause = (): void => {
    const call = props.view.paused ? resumeRun(props.id) : pauseRun(props.id)
    void send(call, props.view.paused ? 'Going on' : 'Pausing')
  }
  onKeys({
    p: ['Pause the run, or go on', pause],
    s: ['Stop the run (asks first)', () => setQuestion('stop')],
    a: ['Write a note', () => setQuestion('note')],
    '+': ['A tenth more load', () => step(1)],
    '-': ['A tenth less load', () => step(-1)],
  })
  const load = (): string => steerable(props.view) ?? 'load'
  const close = (): void => {
    setQuestion(undefined)
  }
  return (
    <div class="controls">
      <button type="button" onClick={pause}>
        {props.view.paused ? '▶ Go on' : '❚❚ Pause'}
      </button>
      <button type="button" onClick={() => step(-1)} aria-label={`A tenth less ${load()}`}>
        −
      </button>
      <button type="button" onClick={() => step(1)} aria-label={`A tenth more ${load()}`}>
        +
      </button>
      <button type="button" onClick={() => setQuestion('change')}>
        Change load …
      </button>
      <button type="button" onClick={() => setQuestion('note')}>
        ⚑ Note
      </button>
      <button type="button" class="danger" onClick={() => setQuestion('stop')}>
        ■ Stop
      </button>
      <Problems problems={problems()} />
      <Show when={failure()}>
        {(text) => (
          <p class="problems" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <Show when={question() === 'stop'}>
        <StopDialog id={props.id} onClose={close} />
      </Show>
      <Show when={question() === 'note'}>
        <NoteDialog id={props.id} onClose={close} />
      </Show>
      <Show when={question() === 'change'}>
        <ChangeDialog id={props.id} view={props.view} onClose={close} />
      </Show>
    </div>
  )
}

function stateWord({ state, paused }: RunView): string {
  if (state === 'finished') return '■ finished'
  if (state === 'cut-off') return '! cut off'
  if (paused) return '❚❚ paused'
  return `● ${state}`
}
