/**
 * JMeter's log as XML. A sample may hold others: redirects and embedded resources of a page, which JMeter counts as parts of it, or the
 * samples of a transaction, which are requests of their own. What an element holds comes before its end, so it is told at its end.
 */
import { SaxesParser } from 'saxes'
import type { ForeignFile, ForeignSink } from '../../../contracts/foreign.ts'
import { RowMistake } from '../../../kernel/row-mistake.ts'
import { isTransaction, toSample } from './jtl-sample.ts'

export const XML_HEAD = /^\uFEFF?\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<testResults\b/
const SAMPLES = new Set(['sample', 'httpSample'])

interface Open {
  readonly attributes: Readonly<Record<string, string>>
  readonly isCounted: boolean
  method: string | undefined
  failure: string | undefined
}

export async function readXml(file: ForeignFile, sink: ForeignSink): Promise<void> {
  const parser = new SaxesParser()
  const open: Open[] = []
  let text = ''
  let within = 0
  parser.on('opentag', ({ name, attributes }) => {
    text = ''
    if (!SAMPLES.has(name)) return
    const above = open.at(-1)
    const isCounted =
      above === undefined || (above.isCounted && isTransaction(above.attributes['rm']))
    if (!isCounted) within++
    open.push({ attributes, isCounted, method: undefined, failure: undefined })
  })
  parser.on('text', (part) => {
    text += part
  })
  parser.on('closetag', ({ name }) => {
    const sample = open.at(-1)
    if (sample === undefined) return
    if (name === 'method') sample.method = text.trim()
    // Of the assertions the first that failed tells why.
    if (name === 'failureMessage') sample.failure ??= text.trim()
    if (SAMPLES.has(name)) tell(open.pop()!, parser.line, sink)
  })
  parser.on('error', ({ message }) => {
    throw new RowMistake(`it is not well-formed XML: ${message}`)
  })
  for await (const chunk of textOf(file.bytes())) parser.write(chunk)
  parser.close()
  if (within > 0) {
    sink.note(
      `${within} samples within others (redirects, embedded resources) are counted as parts of those, as JMeter does`,
    )
  }
}

function tell(open: Open, line: number, sink: ForeignSink): void {
  if (!open.isCounted) return
  const { attributes: given } = open
  try {
    const sample = toSample({
      timeStamp: given['ts'],
      elapsed: given['t'],
      label: given['lb'],
      responseCode: given['rc'],
      responseMessage: given['rm'],
      failureMessage: open.failure,
      success: given['s'],
      bytes: given['by'],
      sentBytes: given['sby'],
      Latency: given['lt'],
      Connect: given['ct'],
      method: open.method,
    })
    sink.sample(sample)
    const threads = Number(given['na'])
    if (threads > 0) sink.users(threads, sample.startEpochMs + sample.latencyMs)
  } catch (error) {
    if (!(error instanceof RowMistake)) throw error
    throw new RowMistake(`line ${line}: ${error.message}`)
  }
}

/** UTF-8 that may be cut between the bytes of one character. */
async function* textOf(bytes: AsyncIterable<Buffer>): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8')
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}
