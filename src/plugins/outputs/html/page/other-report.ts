/**
 * The result in another file: a report of onrush, or its JSON. The file is anybody's: a report is parsed as a document that runs nothing, and only
 * its data are taken from it; what is missing there is said.
 */
import type { RunResult } from '../../../../contracts/result.ts'
import { unpackedText } from './dom.ts'

const BYTES_MAX = 100_000_000

/** Rejects with a sentence for people. */
export async function readOther(file: File): Promise<RunResult> {
  if (file.size > BYTES_MAX) throw new Error('it is larger than any report')
  const text = await file.text()
  const json = text.trimStart().startsWith('{') ? text : await jsonIn(text)
  const result = parsed(json)
  if (!isResult(result)) throw new Error('it holds no result of onrush that is known here')
  return result
}

async function jsonIn(html: string): Promise<string> {
  const template = new DOMParser()
    .parseFromString(html, 'text/html')
    .querySelector<HTMLTemplateElement>('template#result')
  if (template === null) throw new Error('it is no report of onrush')
  try {
    return new TextDecoder().decode(await unpackedText(template.content.textContent ?? ''))
  } catch (error) {
    throw new Error('its data are damaged', { cause: error })
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new Error('its data are damaged', { cause: error })
  }
}

/** As far as anything here relies on it. */
function isResult(value: unknown): value is RunResult {
  const { schema, run, totals, series, windows, events, arrivals, generator } = (value ??
    {}) as Partial<Record<keyof RunResult, unknown>>
  const areObjects = [run, totals, arrivals, generator].every(
    (each) => typeof each === 'object' && each !== null,
  )
  const areLists = [series, windows, events].every(Array.isArray)
  return schema === 'onrush.result/1' && areObjects && areLists
}
