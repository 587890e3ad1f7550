/**
 * The runs of one page, one after another. Each is begun as if its settings had been typed: the form is turned into flags, the script is
 * bundled anew (so an edited script needs no restart), and what is wrong comes back as problems instead of ending the program.
 */
import { relative } from 'node:path'
import type { Output } from '../../contracts/output.ts'
import type { Problem } from '../../contracts/problem.ts'
import type { SearchStore } from '../../contracts/search-store.ts'
import type { Store } from '../../contracts/store.ts'
import { SystemClock } from '../../kernel/clock.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { findScripts } from '../../load/script/discover.ts'
import { taskRatios, type WeighedClass } from '../../load/user/task-ratios.ts'
import { missingProblems } from '../../model/params/resolve.ts'
import { describeLoad } from '../../model/plan/shape-format.ts'
import type { RunHandle } from '../../run/coordinator/run-handle.ts'
import type { Checked, PageHost, Reached, StartRequest } from '../../run/web/api.ts'
import { LiveRun } from '../../run/web/live-run.ts'
import type { ReportFile, ReportKind } from '../../run/web/report-routes.ts'
import { openSearches } from '../history/kept-searches.ts'
import { findHistory, type HistoryPlace } from '../history/open-history.ts'
import { KeptForPage } from '../history/page-history.ts'
import { resultOfRun } from '../history/result-of.ts'
import { factsOf, flagsOf } from './page-form.ts'
import { type Prepared, prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { runPrepared, UNATTENDED_LOAD } from './run-prepared.ts'
import type { Terminal } from './terminal.ts'
import { withWorkers } from './workers.ts'

interface Wanted {
  readonly files: readonly string[]
  readonly flags: Flags
}

export class PageRuns implements PageHost {
  current: LiveRun | undefined
  /** Of the last run that ended. */
  exitCode: number | undefined
  readonly #files: readonly string[]
  readonly #flags: Flags
  readonly #prepared: Prepared
  readonly #terminal: Terminal
  #running: Promise<void> = Promise.resolve()
  #loading: Promise<unknown> = Promise.resolve()
  #isBusy = false
  #store: Store | undefined
  readonly history: KeptForPage

  /** `prepared`: the script as it was when the page was opened. */
  constructor(files: readonly string[], flags: Flags, prepared: Prepared, terminal: Terminal) {
    this.#files = files
    this.#flags = flags
    this.#prepared = prepared
    // Nobody at the terminal is asked what somebody at the page has begun.
    this.#terminal = { ...terminal, ask: async () => undefined }
    const say = (text: string): void => terminal.err(`${text}\n`)
    this.history = new KeptForPage(this.#place, () => this.store(), say)
  }

  facts(): Readonly<Record<string, unknown>> {
    return factsOf(this.#prepared, this.#flags)
  }

  scripts(): readonly string[] {
    const { folder } = this.#terminal
    const found = findScripts(folder).map((path) => relative(folder, path))
    return [...new Set([this.#prepared.script, ...found])]
  }

  check(request: StartRequest): Promise<Checked> {
    return this.#alone(() => this.#check(request))
  }

  async reach(host: string): Promise<Reached> {
    const { preflight } = await import('./preflight.ts')
    const clock = new SystemClock()
    const startedMs = clock.nowMs()
    const problems = await preflight([host], 'the form')
    return { problems, tookMs: clock.nowMs() - startedMs }
  }

  tasks() {
    const { users, plan } = this.#prepared
    const classes = users.map(({ name, userClass }) => ({
      name,
      // What `findUsers` found is a class; its type says only what a plan needs of it.
      userClass: userClass as unknown as WeighedClass['userClass'],
      weight: userClass.fixedCount || (userClass.weight ?? 1),
    }))
    return taskRatios(classes, plan)
  }

  start(request: StartRequest): Promise<{ readonly id: string } | readonly Problem[]> {
    const wanted = this.#wanted(request)
    return Promise.resolve('problems' in wanted ? wanted.problems : this.#begin(wanted))
  }

  /** With the settings the page was opened with. Throws `OnrushError`. */
  async startAsGiven(): Promise<void> {
    const started = await this.#begin({ files: this.#files, flags: this.#flags })
    if (!('id' in started)) throw new OnrushError(started)
  }

  /** Opened when something kept is asked for, and again after it appeared. */
  async store(): Promise<Store | undefined> {
    this.#store ??= await findHistory(this.#place, (text) => this.#terminal.err(`${text}\n`))
    return this.#store
  }

  searches(): SearchStore {
    return openSearches(this.#terminal)
  }

  /** Of a kept run; undefined when there is none. */
  async report(id: string, kind: ReportKind): Promise<ReportFile | undefined> {
    const { reportFile } = await import('../history/report-run.ts')
    const store = await this.store()
    return store && reportFile(store, id, kind, this.#terminal)
  }

  readonly resultOf = resultOfRun

  async close(): Promise<void> {
    this.history.close()
    await this.#store?.close()
  }

  /** Resolves `afterMs` after no run goes on. */
  async untilOver(afterMs: number): Promise<void> {
    await this.#running
    await new Promise((resolve) => setTimeout(resolve, afterMs))
  }

  get #place(): HistoryPlace {
    return { folder: this.#terminal.folder, url: this.#prepared.settings.text('store') }
  }

  /** One script after another: each is told its parameters as it is loaded. */
  #alone<T>(load: () => Promise<T>): Promise<T> {
    const loaded = this.#loading.then(load)
    this.#loading = loaded.catch(() => undefined)
    return loaded
  }

  /** Files and flags as they would be typed; or why they cannot be. */
  #wanted(request: StartRequest): Wanted | { readonly problems: readonly Problem[] } {
    const flags = flagsOf(request, this.#flags)
    if (Array.isArray(flags)) return { problems: flags }
    const { script } = request
    if (script === undefined || script === this.#prepared.script)
      return { files: this.#files, flags }
    if (this.scripts().includes(script)) return { files: [script], flags }
    const why = 'only scripts in the folder of the page are run'
    const what = `there is no script "${script}" here`
    return { problems: [problem('E_FILE', 'script', what, why, 'Choose one of the list.')] }
  }

  async #check(request: StartRequest): Promise<Checked> {
    const wanted = this.#wanted(request)
    if ('problems' in wanted) return { problems: wanted.problems, facts: null, load: [] }
    try {
      const { plan, ...prepared } = await this.#prepare(wanted)
      const load = plan.scenarios.map((each) => describeLoad(each.load))
      const facts = factsOf({ ...prepared, plan }, this.#flags)
      return { problems: missingProblems(prepared.params), facts, load }
    } catch (error) {
      return { problems: problemsOf(error), facts: null, load: [] }
    }
  }

  async #prepare({ files, flags }: Wanted): Promise<Prepared> {
    const { settings, config } = await readSettings(flags, this.#terminal)
    const given = { settings, config, fallback: UNATTENDED_LOAD, mayLackParams: true } as const
    return prepare(files, given, this.#terminal)
  }

  #begin(wanted: Wanted): Promise<{ readonly id: string } | readonly Problem[]> {
    if (this.#isBusy) {
      const why = 'one page runs one after another'
      return Promise.resolve([
        problem('E_STEER', 'run', 'a run begins already', why, 'Wait for it.'),
      ])
    }
    this.#isBusy = true
    return new Promise((resolve) => {
      const watcher = {
        open: (id: string): Output => {
          this.current = new LiveRun(id)
          return this.current
        },
        follow: (run: RunHandle): void => {
          this.current?.follow(run)
          resolve({ id: this.current?.id ?? '' })
        },
      }
      this.#running = this.#run(wanted, watcher)
        .then(
          (exitCode) => {
            this.exitCode = exitCode
          },
          (error) => resolve(problemsOf(error)),
        )
        .finally(() => {
          this.#isBusy = false
        })
    })
  }

  async #run(
    { files, flags }: Wanted,
    watcher: Parameters<typeof runPrepared>[3],
  ): Promise<number> {
    const { settings, config } = await readSettings(flags, this.#terminal)
    return withWorkers(settings, this.#terminal, async (workers) => {
      const given = { settings, config, fallback: UNATTENDED_LOAD }
      const prepared = await this.#alone(() => prepare(files, given, this.#terminal))
      return runPrepared(prepared, workers, this.#terminal, watcher)
    })
  }
}

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof OnrushError) return error.problems
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return [problem('E_BUG', 'run', 'the run could not be started', text, 'please report this')]
}
