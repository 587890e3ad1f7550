/**
 * `onrush run` with the page: serves it, runs what is asked for there, one run after another, each read anew from the script, and ends with
 * Ctrl-C: a run that goes on is stopped first. The exit code is that of the last run.
 */
import { SystemClock } from '../../kernel/clock.ts'
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { parseDuration } from '../../model/plan/duration.ts'
import { isProblem } from '../../model/plan/reader.ts'
import { apiRoutes } from '../../run/web/api.ts'
import { Guard } from '../../run/web/guard.ts'
import type { HttpServer } from '../../run/web/http-server.ts'
import { locustRoutes } from '../../run/web/locust-routes.ts'
import { poolRoute } from '../../run/web/pool-route.ts'
import { staticFiles } from '../../run/web/static-files.ts'
import { packageVersion } from './package-version.ts'
import { certificateOf, serverOf } from './page-certificate.ts'
import { PageRuns } from './page-runs.ts'
import type { PoolView } from './pool-view.ts'
import { prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { UNATTENDED_LOAD } from './run-prepared.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

const PORT = 8089
const PORTS_TRIED = 20
const HOST = '127.0.0.1'
const NOT_ENCRYPTED =
  'not encrypted: who listens in on the way sees the token; --tls-cert FILE --tls-key FILE serve it over https'

export interface PageMore {
  /** Whose workers the page shows. */
  readonly pool?: PoolView
  /** What it opens with: a path such as `/runs`. The form of a new run when not given. */
  readonly opensAt?: string
}

/** Until Ctrl-C, or `--autoquit` after the run that `--autostart` began. Throws `OnrushError` while nothing is served. */
export async function servePage(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
  { pool, opensAt = '' }: PageMore = {},
): Promise<number> {
  const { settings, config } = await readSettings(flags, terminal)
  const quitMs = quitAfterMs(settings)
  // Once, to say what is wrong with the script before anybody opens the page.
  const given = { settings, config, fallback: UNATTENDED_LOAD, mayLackParams: true } as const
  const prepared = await prepare(files, given, terminal)
  const clock = new SystemClock()
  const runs = new PageRuns(files, flags, prepared, terminal)
  const bindHost = settings.text('webHost') ?? HOST
  const tls = certificateOf(settings)
  const guard = new Guard(bindHost, clock, tls !== undefined)
  const routes = [
    ...(pool === undefined ? [] : [poolRoute(() => pool.members())]),
    ...apiRoutes(runs, clock, packageVersion()),
    ...(settings.on('locustRoutes') ? locustRoutes(runs) : []),
    {
      method: 'GET' as const,
      path: '/*',
      handle: staticFiles(new URL('../../ui/', import.meta.url)),
    },
  ]
  const server = serverOf(routes, guard, tls)
  const port = await listen(server, settings.text('webPort'), bindHost, terminal)
  const token = guard.token === undefined ? '' : `${opensAt || '/'}?token=${guard.token}`
  const interrupted = untilInterrupted()
  const scheme = tls === undefined ? 'http' : 'https'
  terminal.err(
    `\n page  ${scheme}://${shown(bindHost)}:${port}${token || opensAt}   Ctrl-C ends it\n`,
  )
  if (guard.token !== undefined && tls === undefined) terminal.err(` ${NOT_ENCRYPTED}\n`)
  try {
    if (settings.on('autostart')) await runs.startAsGiven()
    const over = quitMs === undefined ? interrupted.promise : runs.untilOver(quitMs)
    await Promise.race([interrupted.promise, over])
    await runs.untilOver(0)
    return runs.exitCode ?? EXIT.passed
  } finally {
    interrupted.dispose()
    await server.close()
    await runs.close()
  }
}

/** The port that was asked for, or from 8089 on the first that is free. */
async function listen(
  server: HttpServer,
  asked: string | undefined,
  host: string,
  terminal: Terminal,
): Promise<number> {
  const wanted = Number(asked ?? PORT)
  if (!(Number.isInteger(wanted) && wanted >= 0 && wanted <= 65_535))
    throw portProblem(`"${asked}" is no port`, 'it is a whole number from 0 to 65535')
  for (let port = wanted; ; port++) {
    try {
      const taken = await server.listen(port, host)
      if (asked === undefined && port !== PORT)
        terminal.err(` port ${PORT} is in use, the page is at ${taken}\n`)
      return taken
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!isTaken || asked !== undefined || port >= PORT + PORTS_TRIED)
        throw portProblem(`the page cannot be served at ${host}:${port}`, (error as Error).message)
    }
  }
}

const portProblem = (what: string, why: string): OnrushError =>
  new OnrushError([
    problem('E_PORT', '--web-port', what, why, '--web-port 8090, or 0 for any free one'),
  ])

function quitAfterMs(settings: Settings): number | undefined {
  const text = settings.text('autoquit')
  if (text === undefined) return undefined
  const parsed = parseDuration(text, settings.place('autoquit'))
  if (isProblem(parsed)) throw new OnrushError([parsed])
  return parsed.ns / 1e6
}

const shown = (host: string): string => (host === '0.0.0.0' || host === '::' ? 'localhost' : host)

function untilInterrupted(): { promise: Promise<void>; dispose(): void } {
  let interrupt: () => void = () => {}
  const promise = new Promise<void>((resolve) => {
    interrupt = resolve
  })
  const dispose = (): void => {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  return { promise, dispose }
}
