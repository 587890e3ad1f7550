/**
 * One kept run as one file, to take elsewhere: gzip over lines of JSON, so that `zcat` shows it and any damage is noticed.
 *
 *     {"schema":"onrush.run/1","info":…,"state":…}  {"event":…}…  {"window":base64}…  {"result":…}  {"end":{"windows":n,"events":n}}
 *
 * Windows are the bytes of `model/metrics/window-codec.ts`, deflated. What is read is checked before it is believed: lines are bounded,
 * numbers of windows and events must agree with the end, and a run of which anything is missing is not kept at all.
 */
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip, deflateRawSync, inflateRawSync } from 'node:zlib'
import type { RunEvent } from '../../contracts/output.ts'
import type { RunWriter, Store, StoredRun } from '../../contracts/store.ts'
import type { Window } from '../../contracts/window.ts'
import { KEPT_BYTES_MAX } from '../../kernel/limits.ts'
import { decodeWindow, encodeWindow } from '../../model/metrics/window-codec.ts'
import { infoOf, RunFileError, resultOf, SCHEMA } from './run-file-check.ts'

/** Told to the store before it is waited for. */
const WINDOWS_AT_ONCE = 50

/** Writes beside `path` and renames. Rejects when it cannot. */
export async function exportRun(store: Store, run: StoredRun, path: string): Promise<void> {
  const partial = `${path}.partial`
  try {
    await pipeline(Readable.from(linesOf(store, run)), createGzip(), createWriteStream(partial))
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** The same bytes for somebody who is sent them. */
export function runFileOf(store: Store, run: StoredRun): Readable {
  const file = createGzip()
  // An error of reading destroys the stream with it: whoever reads a file that is cut notices.
  pipeline(Readable.from(linesOf(store, run)), file).catch(() => undefined)
  return file
}

async function* linesOf(store: Store, run: StoredRun): AsyncIterable<string> {
  const { info, events, result, record } = run
  const line = (value: unknown): string => `${JSON.stringify(value)}\n`
  let windows = 0
  yield line({ schema: SCHEMA, info, state: record.state })
  for (const event of events) yield line({ event })
  for await (const window of store.windows(info.id)) {
    windows++
    yield line({ window: deflateRawSync(encodeWindow(window)).toString('base64') })
  }
  if (result !== undefined) yield line({ result })
  yield line({ end: { windows, events: events.length } })
}

/** The id of the run that was kept. Rejects with `RunFileError`, or as reading a file does; then nothing of it is kept. */
export async function importRun(store: Store, path: string): Promise<string> {
  const lines = linesIn(path)[Symbol.asyncIterator]()
  const info = infoOf(await next(lines))
  if ((await store.read(info.id)) !== undefined) {
    throw new RunFileError(
      `run ${info.id} is in the history already`,
      `onrush runs delete ${info.id}`,
    )
  }
  const writer = await store.begin(info)
  try {
    const windows = await readInto(writer, info.id, lines)
    const kept = await countOf(store.windows(info.id))
    if (kept !== windows) throw new RunFileError(`only ${kept} of ${windows} windows could be kept`)
  } catch (error) {
    await writer.abandon()
    await store.remove([info.id])
    throw error
  }
  return info.id
}

/** Up to the end of the file; how many windows there were. */
async function readInto(
  writer: RunWriter,
  id: string,
  lines: AsyncIterator<Line>,
): Promise<number> {
  let windows = 0
  let events = 0
  let result: unknown
  for (;;) {
    const line = await next(lines)
    if (line['window'] !== undefined) {
      writer.window(windowOf(line['window']))
      windows++
      if (windows % WINDOWS_AT_ONCE === 0) await writer.flush()
    } else if (line['event'] !== undefined) {
      writer.event(line['event'] as RunEvent)
      events++
    } else if (line['result'] !== undefined) {
      result = line['result']
    } else {
      const end = line['end'] as { windows?: unknown; events?: unknown } | undefined
      if (end?.windows !== windows || end.events !== events) {
        throw new RunFileError('it does not hold what it says at its end')
      }
      // Also reads the checksum that comes after the last line.
      if ((await lines.next()).done !== true) throw new RunFileError('it goes on after its end')
      if (result === undefined) await writer.abandon()
      else await writer.finish(resultOf(result, id))
      return windows
    }
  }
}

type Line = Readonly<Record<string, unknown>>

async function next(lines: AsyncIterator<Line>): Promise<Line> {
  const { value, done } = await lines.next()
  if (done) throw new RunFileError('it ends in the middle')
  return value
}

async function* linesIn(path: string): AsyncIterable<Line> {
  const file = createReadStream(path)
  const unzipped = createGunzip()
  file.on('error', (error) => unzipped.destroy(error))
  file.pipe(unzipped).setEncoding('utf8')
  let rest = ''
  try {
    for await (const chunk of unzipped as AsyncIterable<string>) {
      const parts = (rest + chunk).split('\n')
      rest = parts.pop()!
      if (rest.length > KEPT_BYTES_MAX) throw new RunFileError('one of its lines has no end')
      for (const part of parts) yield JSON.parse(part) as Line
    }
  } catch (error) {
    throw isDamage(error) ? new RunFileError(`it is damaged: ${(error as Error).message}`) : error
  } finally {
    file.destroy()
  }
}

/** Of gzip, or of what was in it. */
function isDamage(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return error instanceof SyntaxError || code.startsWith('Z_')
}

function windowOf(text: unknown): Window {
  try {
    const bytes = Buffer.from(String(text), 'base64')
    return decodeWindow(inflateRawSync(bytes, { maxOutputLength: KEPT_BYTES_MAX }))
  } catch (error) {
    throw new RunFileError(`one of its windows is damaged: ${(error as Error).message}`)
  }
}

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const _ of items) count++
  return count
}
