/** What findings have in common in words. Pure. */
import type { InsightFacts } from '../../contracts/insight.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import { taggedName } from '../metrics/tags.ts'

/** The command that makes the same load again. `more`: what to add. */
export function runAgain({ result }: InsightFacts, more = ''): string {
  const { script } = result.run
  const command = `onrush run ${/^[\w./@-]+$/.test(script) ? script : quoted(script)}`
  return more === '' ? command : `${command} ${more}`
}

/** For a shell: names come from scripts and may hold anything. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** 'GET /cart', with its tags where it has some. */
export function seriesName({ method, name, tags }: SeriesDelta): string {
  return [method, taggedName(name, tags)].filter((each) => each !== '').join(' ')
}

/** '93 %', '4.1 %': as many digits as matter. */
export function percent(share: number): string {
  const value = share * 100
  return `${Number(value.toFixed(value < 10 ? 1 : 0))} %`
}

/** Three significant digits, none after the point from 100 on. */
export function digits(value: number): string {
  return Math.abs(value) >= 100 ? `${Math.round(value)}` : `${Number(value.toPrecision(3))}`
}

/** '850 ms', '1.2 s'. */
export function time(ms: number): string {
  return ms >= 1_000 ? `${digits(ms / 1_000)} s` : `${digits(ms)} ms`
}

/** '1:05' into the run. */
export function clockAt(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Between 0 and 100. */
export function scoreOf(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 100)
}
