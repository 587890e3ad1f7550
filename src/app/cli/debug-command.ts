/**
 * `onrush debug FILE`: one user, one iteration, in this process, so that breakpoints and console lines are where one
 * looks for them. Every request is shown with its phases and body; nothing is measured for statistics. Exit 1 when
 * a request or the script failed.
 */
import type { Recorder } from '../../contracts/measure.ts'
import type { Scenario } from '../../contracts/plan.ts'
import type { RequestEvent, WorkerContext } from '../../contracts/user.ts'
import { SystemClock } from '../../kernel/clock.ts'
import { EXIT, OnrushError } from '../../kernel/errors.ts'
import { openFeeders } from '../../load/data/open-feeders.ts'
import { frameAt, mapStack, placeOf } from '../../load/script/code-frame.ts'
import { ALONE, OPEN_GATE } from '../../load/user/alone.ts'
import { events } from '../../load/user/events.ts'
import { createUserFactory } from '../../load/user/factory.ts'
import type { UserClass } from '../../load/user/user.ts'
import { withoutValues } from '../../model/plan/scenario-settings.ts'
import { formatMs } from '../../plugins/outputs/console/format.ts'
import { mark, type Style } from '../../plugins/outputs/console/style.ts'
import { checkTargets } from './check-targets.ts'
import { withSetup } from './life-cycle.ts'
import { type Prepared, prepare } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { refuseHost } from './targets.ts'
import type { Terminal } from './terminal.ts'

const BODY_SHOWN_MAX = 2_000

export async function debugCommand(
  files: readonly string[],
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const prepared = await prepare(
    files,
    { ...(await readSettings(flags, terminal)), fallback: { users: 1 } },
    terminal,
  )
  const { problems, allowedHosts } = await checkTargets(prepared, terminal)
  if (problems.length > 0) throw new OnrushError(problems)
  let failures = 0
  const style = terminal.style()
  events.request.addListener((event) => {
    if (event.error !== undefined) failures++
    terminal.err(`${renderRequest(event, style).join('\n')}\n`)
  })
  events.userError.addListener(({ error, where }) => {
    failures++
    terminal.err(`${renderThrown(where, error, style).join('\n')}\n`)
  })
  await withSetup(prepared.lifeCycle, terminal, (shared) =>
    iterateOnce(prepared, allowedHosts, shared, terminal),
  )
  const verdict = failures === 0 ? 'nothing failed' : `${failures} failed`
  terminal.err(` ${mark(style, failures === 0 ? 'ok' : 'fail')} ${verdict}\n`)
  return failures === 0 ? EXIT.passed : EXIT.failed
}

async function iterateOnce(
  prepared: Prepared,
  allowedHosts: readonly string[],
  shared: unknown,
  terminal: Terminal,
): Promise<void> {
  const clock = new SystemClock()
  const worker: WorkerContext = {
    plan: prepared.plan,
    workerIndex: 0,
    clock,
    recorder: silentRecorder(),
    startedAtMs: clock.nowMs(),
    // Errors of the script come through `events.userError`, with their frame.
    log: (level, text) => level !== 'error' && terminal.err(`   log  ${text}\n`),
    stopTest: (why) => terminal.err(`   the script asked to stop the test: ${why}\n`),
    refuseHost: (hostname) => refuseHost(hostname, allowedHosts),
    shared,
    meetings: ALONE,
    gate: OPEN_GATE,
  }
  const closeFeeders = await openFeeders(prepared.feeders, {
    plan: prepared.plan,
    share: undefined,
    entry: prepared.bundle.entry,
    placeOf,
  })
  const classes = new Map(
    prepared.users.map((each) => [each.name, each.userClass as unknown as UserClass]),
  )
  const scenario = prepared.plan.scenarios[0]
  const first = scenario?.users[0]?.className ?? prepared.users[0]!.name
  // Nobody is cut who sits at a breakpoint.
  const user = createUserFactory(classes, worker).create(first, 1, scenario && unlimited(scenario))
  terminal.err(` ${first}, user 1, seed ${prepared.plan.seed}\n`)
  for (const [name, value] of Object.entries(withoutValues(prepared.plan).params ?? {}))
    terminal.err(`   param  ${name} = ${value}\n`)
  if (await user.start()) await user.iterate(0)
  await user.stop()
  closeFeeders()
}

function unlimited(scenario: Scenario): Scenario {
  const { iterationTimeoutMs: _, ...others } = scenario
  return others
}

/** Method and URL, outcome, phases, and the beginning of the body. */
function renderRequest(event: RequestEvent, style: Style): string[] {
  const failed = event.error !== undefined
  const name = event.name === event.url ? '' : style.dim(`  (${event.name})`)
  // Messages of other protocols have answers without a status.
  const status = event.status > 0 ? `${event.status}   ` : failed ? 'no response   ' : ''
  const lines = [
    ` ${mark(style, failed ? 'fail' : 'ok')} ${event.method} ${event.url}${name}   ${status}${formatMs(event.latencyMs)}   ${event.bytesIn} B in, ${event.bytesOut} B out`,
  ]
  if (failed) lines.push(`   ${style.fail(event.error!)}`)
  const response = event.response as DebugResponse | undefined
  const phases = Object.entries(response?.timings ?? {}).filter(([, ms]) => ms > 0)
  if (phases.length > 0)
    lines.push(
      style.dim(`   ${phases.map(([phase, ms]) => `${phase} ${formatMs(ms)}`).join('  ')}`),
    )
  const body = bodyText(response)
  if (body !== '') lines.push(...body.split('\n').map((line) => `   ${style.dim('│')} ${line}`))
  return lines
}

/** What is read of a response; any protocol's may leave parts out. */
interface DebugResponse {
  readonly timings?: Readonly<Record<string, number>>
  text?(): string
}

function bodyText(response: DebugResponse | undefined): string {
  let text: string
  try {
    text = response?.text?.() ?? ''
  } catch (error) {
    return `(the body cannot be read: ${(error as Error).message})`
  }
  const shown = text.slice(0, BODY_SHOWN_MAX)
  const rest = text.length - shown.length
  const pretty = rest === 0 && /^[[{]/.test(shown) ? prettyJson(shown) : shown
  return rest > 0 ? `${shown}\n… and ${rest} more characters` : pretty
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    // It only looked like JSON: shown as it came.
    return text
  }
}

function renderThrown(where: string, error: unknown, style: Style): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const place = placeOf(stack)
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const frame = place ? frameAt(place) : mapStack(stack)
  return [
    ` ${mark(style, 'fail')} E_SCRIPT  ${what}`,
    `   ${place ? `${place.file}:${place.line}:${place.column}` : ''}  in ${where}`,
    ...frame.split('\n').map((line) => `   ${line}`),
  ]
}

/** Counts nothing: a debug session shows, it does not measure. */
function silentRecorder(): Recorder {
  const nothing = (): void => undefined
  return {
    series: () => 0,
    error: () => 0,
    checkId: () => 0,
    begin: nothing,
    end: nothing,
    record: nothing,
    fail: nothing,
    phases: nothing,
    check: nothing,
    sample: nothing,
  }
}
