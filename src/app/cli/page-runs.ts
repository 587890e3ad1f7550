/**
 * The runs of one page, one after another. Each is begun as if its settings had been typed: the form is turned into flags, the script is
 * bundled anew (so an edited script needs no restart), and what is wrong comes back as problems instead of ending the program.
 */
import type { Output } from '../../contracts/output.ts'
import type { Problem } from '../../contracts/problem.ts'
import type { SearchStore } from '../../contracts/search-store.ts'
import type { Store } from '../../contracts/store.ts'
import { OnrushError, problem } from '../../kernel/errors.ts'
import { taskRatios, type WeighedClass } from '../../load/user/task-ratios.ts'
import type { RunHandle } from '../../run/coordinator/start-run.ts'
import type { PageHost, StartRequest } from '../../run/web/api.ts'
import { LiveRun } from '../../run/web/live-run.ts'
import type { ReportFile, ReportKind } from '../../run/web/report-routes.ts'
import { openSearches } from '../history/kept-searches.ts'
import { findHistory, type HistoryPlace } from '../history/open-history.ts'
import { KeptForPage } from '../history/page-history.ts'
import { resultOfRun } from '../history/result-of.ts'
import { packageVersion } from './package-version.ts'
import { type Prepared, prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { runPrepared, UNATTENDED_LOAD } from './run-prepared.ts'
import type { Terminal } from './terminal.ts'
import { withWorkers } from './workers.ts'

export class PageRuns implements PageHost {
  current: LiveRun | undefined
  /** Of the last run that ended. */
  exitCode: number | undefined
  readonly #files: readonly string[]
  readonly #flags: Flags
  readonly #prepared: Prepared
  readonly #terminal: Terminal
  #running: Promise<void> = Promise.resolve()
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
    const { script, users, plan, settings, fellBack } = this.#prepared
    const [scenario] = plan.scenarios
    return {
      version: packageVersion(),
      script,
      users: users.map(({ name, userClass }) => ({
        name,
        weight: userClass.weight ?? 1,
        fixedCount: userClass.fixedCount ?? 0,
      })),
      host: plan.host ?? users.find((each) => each.userClass.host)?.userClass.host ?? null,
      defaults: {
        model: fellBack ? 'users' : 'script',
        users: settings.text('users') ?? 10,
        spawnRate: settings.text('spawnRate') ?? 1,
        arrivals: settings.text('arrivals') ?? '',
        runTime: settings.text('runTime') ?? '',
        thresholds: plan.thresholds.map((each) => each.rule),
        scenario: scenario?.name ?? null,
      },
    }
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
    const flags = flagsOf(request)
    return Array.isArray(flags) ? Promise.resolve(flags) : this.#begin({ ...this.#flags, ...flags })
  }

  /** With the settings the page was opened with. Throws `OnrushError`. */
  async startAsGiven(): Promise<void> {
    const started = await this.#begin(this.#flags)
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

  #begin(flags: Flags): Promise<{ readonly id: string } | readonly Problem[]> {
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
      this.#running = this.#run(flags, watcher)
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

  async #run(flags: Flags, watcher: Parameters<typeof runPrepared>[3]): Promise<number> {
    const { settings, config } = await readSettings(flags, this.#terminal)
    return withWorkers(settings, this.#terminal, async (workers) => {
      const given = { settings, config, fallback: UNATTENDED_LOAD }
      const prepared = await prepare(this.#files, given, this.#terminal)
      return runPrepared(prepared, workers, this.#terminal, watcher)
    })
  }
}

const FIELDS = {
  users: ['users', 'spawnRate', 'host', 'runTime', 'thresholds'],
  arrivals: ['arrivals', 'usersMax', 'host', 'runTime', 'thresholds'],
  script: ['host', 'thresholds'],
} as const

/** What the form says, as it would be typed; or what is wrong with its form. */
function flagsOf(request: StartRequest): Record<string, unknown> | Problem[] {
  const fields: readonly string[] | undefined = FIELDS[request.model]
  if (fields === undefined) {
    const why = "it is 'users', 'arrivals' or 'script'"
    return [problem('E_USAGE', 'model', 'the request names no model of load', why, 'Name one.')]
  }
  const flags: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(request)) {
    if (key === 'model' || value === undefined || value === '' || !fields.includes(key)) continue
    if (key === 'thresholds') flags['threshold'] = (value as readonly unknown[]).map(String)
    else flags[key] = String(value)
  }
  return flags
}

function problemsOf(error: unknown): readonly Problem[] {
  if (error instanceof OnrushError) return error.problems
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return [problem('E_BUG', 'run', 'the run could not be started', text, 'please report this')]
}
