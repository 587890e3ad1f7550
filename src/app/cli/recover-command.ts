/**
 * `onrush runs recover --join …`: finishes the reports of runs on many machines whose coordinator died. What the history has of them,
 * and what their workers still sent, becomes a kept run of its own; the one that was cut off stays as it is. Nothing is guessed:
 * arrivals that nobody reported are said to be unknown.
 */
import type { RunResult } from '../../contracts/result.ts'
import type { SnapshotData } from '../../contracts/snapshot.ts'
import type { Store, StoredRun } from '../../contracts/store.ts'
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { maskAddress } from '../../kernel/mask-address.ts'
import { decodeSnapshot } from '../../model/metrics/snapshot-codec.ts'
import { SILENT_MS_MAX } from '../../model/report/kept-run.ts'
import {
  recoveredWindows,
  reportedUntilMs,
  unreportedArrivals,
} from '../../model/report/recovered.ts'
import { dial } from '../../plugins/transports/nats/connect.ts'
import { type LeftBehind, runsLeftBehind } from '../../plugins/transports/nats/left-behind.ts'
import { resultOfRun } from '../history/result-of.ts'
import { dialOf } from './join-settings.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { withHistory } from './runs-command.ts'
import type { Terminal } from './terminal.ts'

/** Of what a recovered run is called beside the one that was cut off. */
const SUFFIX = '-recovered'
const LOOK_MS = 500
const WHY =
  'recovered: the coordinator died; requests of the last second before each worker stopped are not in it'

/** Throws `OnrushError` when the server has nothing of any run that was cut off here. */
export async function recoverCommand(flags: Flags, terminal: Terminal): Promise<number> {
  const { settings } = await readSettings(flags, terminal)
  const options = dialOf(settings, terminal, 'onrush runs recover')
  if (options === undefined) throw new OnrushError([noServer()])
  const link = await dial(options)
  try {
    return await withHistory(flags, terminal, async (store) => {
      const left = await runsLeftBehind(link)
      let count = 0
      for (const each of left) {
        const run = store && (await readCutOff(store, each.runId, terminal))
        if (store === undefined || run === undefined) continue
        count++
        terminal.err(` ${await recover(store, run, each)}\n`)
      }
      if (count === 0) throw new OnrushError([nothingLeft(maskAddress(options.url), left)])
      return EXIT.passed
    })
  } finally {
    await link.close()
  }
}

/** Undefined for one that goes on, or ended well. Of one that was heard of just now nobody knows yet. */
async function readCutOff(
  store: Store,
  id: string,
  terminal: Terminal,
): Promise<StoredRun | undefined> {
  for (let waitedMs = 0; ; waitedMs += LOOK_MS) {
    const run = await store.read(id)
    if (run?.record.state === 'cut-off') return run
    if (run?.record.state !== 'running' || waitedMs > SILENT_MS_MAX) return undefined
    if (waitedMs === 0) terminal.err(` run ${id} was heard of a moment ago: is it over?\n`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}

/** The sentence about it. */
async function recover(store: Store, run: StoredRun, left: LeftBehind): Promise<string> {
  const id = `${run.info.id}${SUFFIX}`
  if ((await store.read(id)) !== undefined) {
    await left.forget()
    return `run ${id} is kept already`
  }
  const snapshots = (await left.snapshots()).map(decodeSnapshot)
  const windows = recoveredWindows(store.windows(run.info.id), snapshots)
  const joined = Math.max(run.info.workers, ...snapshots.map((each) => each.workerIndex + 1))
  const writer = await store.begin({ ...run.info, id, workers: joined })
  for (const event of run.events) writer.event(event)
  for await (const window of windows) {
    writer.window(window)
    await writer.flush()
  }
  const written = await store.read(id)
  const result = finished(await resultOfRun(store, written!), run, snapshots)
  await writer.finish(result)
  await left.forget()
  const { requests } = result.totals
  return `run ${id}: ${requests} requests, ${result.arrivals.unknown} arrivals unknown; onrush report ${id}`
}

function finished(
  result: RunResult,
  { info, events }: StoredRun,
  snapshots: readonly SnapshotData[],
): RunResult {
  const last = Math.max(-1, ...snapshots.map((each) => each.window))
  // Of a load that was steered nobody knows any more what was due.
  const isSteered = events.some((each) => each.kind === 'steer')
  const unknown =
    isSteered || last < 0
      ? 0
      : unreportedArrivals(info.plan, reportedUntilMs(last), result.arrivals.due)
  return {
    ...result,
    verdict: { passed: false, reason: WHY, exitCode: EXIT.failed },
    arrivals: { ...result.arrivals, due: result.arrivals.due + unknown, unknown },
  }
}

const noServer = () =>
  problem(
    'E_USAGE',
    '--join',
    'no NATS server was named',
    'what workers sent last is there',
    'onrush runs recover --join nats://loadbox:4222',
  )

function nothingLeft(url: string, left: readonly LeftBehind[]) {
  const ids = left.map(({ runId }) => runId)
  return problem(
    'E_RUN',
    url,
    'this server has nothing of a run that was cut off here',
    ids.length > 0
      ? `it has ${ids.join(', ')}: not kept in this folder, or still going on`
      : 'it forgets what workers sent after ten minutes',
    'recover in the folder where the run was started; what the history has is shown by `onrush report`',
  )
}
