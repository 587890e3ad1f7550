/**
 * The runs of the list: what is known of them, which are chosen, and which are about to be deleted. Deleting waits some seconds for
 * somebody to think better of it; until then nothing has happened, also when the page is closed by force.
 */
import { createEffect, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js'
import { deleteRun, getGlances, getRuns, markBaseline, type RunGlance } from '../api/history.ts'
import type { Problem, RunRecord } from '../api/types.ts'
import { fits, isEmpty, needsGlances, readFilter } from '../figures/run-filter.ts'
import { announce } from '../state/announce.ts'
import { query } from '../state/location.ts'
import { runningId } from '../state/server.ts'

export const PAGE = 50
/** What the server gives at once; a filter looks through as many. */
export const RUNS_MAX = 1_000
const UNDO_MS = 10_000

export function createRunsState() {
  const [runs, setRuns] = createSignal<readonly RunRecord[]>()
  const [wanted, setWanted] = createSignal(PAGE)
  const [glances, setGlances] = createSignal<ReadonlyMap<string, RunGlance>>(new Map())
  const [chosen, setChosen] = createSignal<readonly string[]>([])
  const [leaving, setLeaving] = createSignal<readonly string[]>([])
  const [failure, setFailure] = createSignal<string>()
  const [problems, setProblems] = createSignal<readonly Problem[]>([])

  const filter = createMemo(() => readFilter(query('q') ?? ''))
  const limit = (): number => (isEmpty(filter()) ? wanted() + 1 : RUNS_MAX)
  const matching = createMemo(() =>
    (runs() ?? []).filter(
      (run) => !leaving().includes(run.id) && fits(filter(), run, glances().get(run.id)),
    ),
  )
  const shown = createMemo(() => matching().slice(0, wanted()))

  const fail = (error: unknown): void => void setFailure(`${(error as Error).message ?? error}`)
  let loads = 0
  /** An answer that was overtaken is dropped. */
  async function load(): Promise<void> {
    const number = ++loads
    try {
      const found = await getRuns(untrack(limit))
      if (number !== loads) return
      setRuns(found)
      setFailure(undefined)
    } catch (error) {
      fail(error)
    }
  }
  // Again when a run has begun or ended.
  const running = createMemo(runningId)
  createEffect(on([running, limit], () => void load()))

  /** With the state of the run: when it is over it has more to show. */
  const asked = new Set<string>()
  createEffect(() => {
    const looked = needsGlances(filter()) ? (runs() ?? []) : shown()
    const fresh = looked.filter(({ id, state }) => !asked.has(`${id} ${state}`))
    for (const { id, state } of fresh) asked.add(`${id} ${state}`)
    const ids = fresh.map(({ id }) => id)
    for (let from = 0; from < ids.length; from += PAGE) void glance(ids.slice(from, from + PAGE))
  })
  async function glance(ids: readonly string[]): Promise<void> {
    try {
      const found = await getGlances(ids)
      setGlances((before) => new Map([...before, ...found.map((each) => [each.id, each] as const)]))
    } catch (error) {
      fail(error)
    }
  }

  const choose = (id: string, is: boolean): void =>
    void setChosen((before) => (is ? [...before, id] : before.filter((each) => each !== id)))

  async function star({ id, name }: RunRecord, is: boolean): Promise<void> {
    try {
      const done = await markBaseline(id, is)
      if ('problems' in done) setProblems(done.problems)
      else announce(`${name} ${id} is ${is ? 'a baseline' : 'no baseline any more'}`)
      await load()
    } catch (error) {
      fail(error)
    }
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  const drop = (ids: readonly string[]): void => {
    commit()
    setChosen((before) => before.filter((each) => !ids.includes(each)))
    setLeaving(ids)
    announce(`${countOf(ids)} deleted. Undo is possible for 10 seconds.`)
    timer = setTimeout(commit, UNDO_MS)
  }
  const undo = (): void => {
    clearTimeout(timer)
    setLeaving([])
    announce('Nothing was deleted')
  }
  function commit(): void {
    clearTimeout(timer)
    const ids = untrack(leaving)
    if (ids.length === 0) return
    setRuns((before) => before?.filter(({ id }) => !ids.includes(id)))
    setLeaving([])
    void Promise.all(ids.map(deleteRun))
      .then((answers) =>
        setProblems(answers.flatMap((each) => ('problems' in each ? each.problems : []))),
      )
      .catch(fail)
      .finally(load)
  }
  addEventListener('pagehide', commit)
  onCleanup(() => {
    removeEventListener('pagehide', commit)
    commit()
  })

  return {
    runs,
    matching,
    shown,
    glances,
    chosen,
    leaving,
    failure,
    problems,
    filter,
    /** One more than is shown is always read. */
    hasMore: () => matching().length > shown().length,
    more: () => void setWanted((before) => before + PAGE),
    choose,
    clear: () => void setChosen([]),
    star,
    drop,
    undo,
    load,
    setProblems,
    fail,
  }
}
export type RunsState = ReturnType<typeof createRunsState>

export const countOf = (ids: readonly string[]): string =>
  ids.length === 1 ? 'One run' : `${ids.length} runs`

/** What the others are held against: the baseline that is chosen, or the oldest. */
export function baseOf(runs: readonly RunRecord[]): RunRecord {
  const oldestFirst = [...runs].sort((a, b) => a.startedAtEpochMs - b.startedAtEpochMs)
  return oldestFirst.find(({ isBaseline }) => isBaseline) ?? oldestFirst[0]!
}
