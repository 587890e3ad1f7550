/**
 * The routes about kept runs beyond reading one: comparing, trends, baselines, deleting, taking a run elsewhere and back. What takes long
 * is not done here: the program around answers it, from wherever it likes.
 */
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Comparison } from '../../contracts/compare.ts'
import type { RunGlance } from '../../contracts/glance.ts'
import type { Store } from '../../contracts/store.ts'
import type { Trend } from '../../contracts/trend.ts'
import { OnrushError } from '../../kernel/errors.ts'
import {
  COMPARED_RUNS_MAX,
  GLANCES_ASKED_MAX,
  RUN_FILE_BYTES_MAX,
  TREND_RUNS_MAX,
} from '../../kernel/limits.ts'
import type { Answer, Handler, Request, Route } from './http-server.ts'

/** What the program does with its history for the page. Each rejects with `OnrushError` for what a person can mend. */
export interface PageHistory {
  /** Each of `runs` against `base`, in their order. */
  compare(
    base: string,
    runs: readonly string[],
    anyway: boolean,
  ): Promise<readonly { readonly comparison: Comparison; readonly markdown: string }[]>
  trend(name: string, limit: number): Promise<Trend>
  glances(ids: readonly string[]): Promise<readonly RunGlance[]>
  /** Also the folder of the run. */
  remove(id: string): Promise<void>
  /** Undefined when there is no such run. */
  fileOf(id: string): Promise<Readable | undefined>
  importFile(path: string): Promise<{ readonly id: string }>
}

export interface HistoryHost {
  /** Undefined when runs are not kept. */
  store(): Promise<Store | undefined>
  readonly history: PageHistory
}

const TREND_RUNS = 50
const FILE_NAME_CHARS_MAX = 100
const missing = (what: string): Answer => ({ status: 404, json: { error: what } })
const wrong = (what: string): Answer => ({ status: 400, json: { error: what } })
const given = (json: unknown): Answer => ({ status: 200, json })

export function historyRoutes(host: HistoryHost): Route[] {
  const { history } = host
  const kept =
    (act: (request: Request, store: Store) => Promise<Answer>): Handler =>
    async (request) => {
      const store = await host.store()
      return store === undefined
        ? missing('no run was ever kept here')
        : told(() => act(request, store))
    }
  return [
    { method: 'GET', path: '/api/v1/compare', handle: kept(({ url }) => compare(history, url)) },
    { method: 'GET', path: '/api/v1/trend', handle: kept(({ url }) => trend(history, url)) },
    { method: 'GET', path: '/api/v1/glances', handle: kept(({ url }) => glances(history, url)) },
    { method: 'POST', path: '/api/v1/runs/:id/baseline', handle: kept(markBaseline) },
    {
      method: 'DELETE',
      path: '/api/v1/runs/:id',
      handle: kept(async ({ params }, store) => {
        if ((await store.read(params['id']!)) === undefined) return missing('there is no such run')
        await history.remove(params['id']!)
        return given({})
      }),
    },
    {
      method: 'GET',
      path: '/api/v1/runs/:id/file',
      handle: async ({ params }, response) => {
        const id = params['id']!
        const file = await history.fileOf(id)
        if (file === undefined) return missing('there is no such run')
        response.writeHead(200, {
          'content-type': 'application/gzip',
          // An id may hold anything when it came in a file of another program.
          'content-disposition': `attachment; filename="${id.replaceAll(/[^\w.-]/g, '_')}.onrush"`,
          'cache-control': 'no-store',
        })
        await pipeline(file, response)
        return undefined
      },
    },
    {
      method: 'POST',
      path: '/api/v1/import',
      takesFile: true,
      handle: ({ url, file }) =>
        told(() => importFile(history, file!, url.searchParams.get('name') ?? '')),
    },
  ]
}

async function compare(history: PageHistory, { searchParams }: URL): Promise<Answer> {
  const base = searchParams.get('base')
  const runs = searchParams.getAll('run')
  if (base === null || runs.length === 0)
    return wrong('base and run are ids of runs; run may be given several times')
  if (runs.length > COMPARED_RUNS_MAX)
    return wrong(`at most ${COMPARED_RUNS_MAX} runs are compared with one`)
  const anyway = searchParams.get('anyway') === '1'
  return given({ comparisons: await history.compare(base, runs, anyway) })
}

async function trend(history: PageHistory, { searchParams }: URL): Promise<Answer> {
  const name = searchParams.get('name')
  const limit = Number(searchParams.get('limit') ?? TREND_RUNS)
  if (name === null) return wrong('name is that of the runs')
  if (!Number.isInteger(limit) || limit < 1 || limit > TREND_RUNS_MAX)
    return wrong(`limit is a whole number from 1 to ${TREND_RUNS_MAX}`)
  return given(await history.trend(name, limit))
}

async function glances(history: PageHistory, { searchParams }: URL): Promise<Answer> {
  const ids = searchParams.getAll('id')
  return ids.length > GLANCES_ASKED_MAX
    ? wrong(`at most ${GLANCES_ASKED_MAX} ids`)
    : given({ glances: await history.glances(ids) })
}

async function markBaseline({ params, body }: Request, store: Store): Promise<Answer> {
  const { isBaseline } = (body ?? {}) as { isBaseline?: unknown }
  if (typeof isBaseline !== 'boolean') return wrong('isBaseline is true or false')
  if ((await store.read(params['id']!)) === undefined) return missing('there is no such run')
  await store.setBaseline(params['id']!, isBaseline)
  return given({})
}

/** Through a file beside, for a run may be larger than memory. Results of other tools are called as their file. */
async function importFile(history: PageHistory, file: Readable, name: string): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'onrush-import-'))
  try {
    const path = join(folder, plainName(name))
    const isWhole = await written(file, path)
    if (!isWhole) return wrong(`the file has more than ${RUN_FILE_BYTES_MAX} bytes`)
    return { status: 201, json: await history.importFile(path) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** One that stays within its folder. */
const plainName = (name: string): string =>
  name
    .slice(-FILE_NAME_CHARS_MAX)
    .replaceAll(/[^\w.-]/g, '_')
    .replace(/^\.+/, '') || 'run'

/** False: it is too long. What is beyond is read and dropped, so that whoever sends it hears why. */
async function written(file: Readable, path: string): Promise<boolean> {
  let bytes = 0
  const bounded = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length
      done(null, bytes <= RUN_FILE_BYTES_MAX ? chunk : Buffer.alloc(0))
    },
  })
  await pipeline(file, bounded, createWriteStream(path))
  return bytes <= RUN_FILE_BYTES_MAX
}

/** What a person can mend comes back as problems. */
async function told(act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof OnrushError) return { status: 422, json: { problems: error.problems } }
    throw error
  }
}
