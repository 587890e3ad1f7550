/** JMeter's log as CSV: with a line of names, or without one in the order of columns that JMeter has by itself. */
import type { ForeignFile, ForeignSink } from '../../../contracts/foreign.ts'
import { eachCsvRow } from '../../../kernel/each-row.ts'
import { ForeignMistake } from '../../../kernel/foreign-mistake.ts'
import { type JtlFields, toSample } from './jtl-sample.ts'

/** As JMeter 5 writes it when nothing is set. */
const BY_DEFAULT =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect'
const EPOCH_MS = /^\d{12,13}$/
/** Names first, or the default columns without names. */
export const CSV_HEAD = /^\uFEFF?(timeStamp[,;\t|]|\d{12,13}[,;\t|]\d+[,;\t|])/
/** A row of a log without times. */
export const CSV_WITHOUT_TIMES = /^[^\n,]*,[^\n,]*,.*,(true|false),\d+,\d+,\d+(,\d+)*\r?\n/

export async function readCsv(file: ForeignFile, head: string, sink: ForeignSink): Promise<void> {
  const delimiter = /[,;\t|]/.exec(head)?.[0] ?? ','
  let columns: ReadonlyMap<string, number> | undefined
  await eachCsvRow(file.bytes(), delimiter, (row) => {
    if (columns === undefined) {
      const isNamed = !EPOCH_MS.test(row[0] ?? '')
      columns = columnsOf(isNamed ? row : BY_DEFAULT.split(','))
      if (isNamed) return
      sink.note('the log has no line with names: its columns were taken to be those of JMeter 5')
    }
    const at = (name: string): string | undefined => row[columns!.get(name) ?? -1]
    const sample = toSample(fieldsOf(at))
    sink.sample(sample)
    const threads = Number(at('allThreads'))
    if (threads > 0) sink.users(threads, sample.startEpochMs + sample.latencyMs)
  })
}

function columnsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const columns = new Map(names.map((name, index) => [name.trim(), index]))
  const missing = ['timeStamp', 'elapsed', 'label', 'success'].filter((name) => !columns.has(name))
  if (missing.length === 0) return columns
  throw new ForeignMistake(
    `it has no column ${missing.join(', ')}`,
    `run JMeter with ${missing.map((name) => `-Jjmeter.save.saveservice.${SETTINGS[name]}=true`).join(' ')}`,
  )
}

const SETTINGS: Readonly<Record<string, string>> = {
  timeStamp: 'timestamp_format=ms -Jjmeter.save.saveservice.time',
  elapsed: 'time',
  label: 'label',
  success: 'successful',
}

const fieldsOf = (at: (name: string) => string | undefined): JtlFields => ({
  timeStamp: at('timeStamp'),
  elapsed: at('elapsed'),
  label: at('label'),
  responseCode: at('responseCode'),
  responseMessage: at('responseMessage'),
  failureMessage: at('failureMessage'),
  success: at('success'),
  bytes: at('bytes'),
  sentBytes: at('sentBytes'),
  Latency: at('Latency'),
  Connect: at('Connect'),
  method: undefined,
})
