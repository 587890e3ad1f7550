/**
 * Opens the reports that were asked for: whether they can be written is found out before any load, and all that cannot are
 * said at once. One that cannot be written afterwards is said and costs nothing but itself.
 */
import {
  accessSync,
  appendFileSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Problem } from '../../contracts/problem.ts'
import type { RunResult } from '../../contracts/result.ts'
import { OnrushError } from '../../kernel/errors.ts'
import {
  casesOf,
  type ReportCase,
  type RulePlace,
  type RulePlaces,
} from '../../model/report/cases.ts'
import { CsvOutput } from '../../plugins/outputs/csv/csv-output.ts'
import { renderAnnotations } from '../../plugins/outputs/github/annotations.ts'
import { HtmlReport } from '../../plugins/outputs/html/html-report.ts'
import type { Made } from '../../plugins/outputs/html/sections/trust.ts'
import { writeResult } from '../../plugins/outputs/json/result-file.ts'
import { renderJunit } from '../../plugins/outputs/junit/junit.ts'
import { renderMarkdown } from '../../plugins/outputs/markdown/markdown.ts'
import { madeOf } from './made-of.ts'
import type { Prepared } from './prepare.ts'
import { notWritable, type Reports, runsOnGithub } from './reports.ts'
import { rulePlaces, sourcesOf } from './rule-places.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

interface Writer {
  readonly name: string
  write(result: RunResult, cases: readonly ReportCase[]): void
}

/** Throws `OnrushError` with every report that cannot be written. `say` shows a line on standard error. */
export function openReports(
  prepared: Prepared,
  terminal: Terminal,
  say: (text: string) => void,
): Reports {
  const writers = githubWriters(terminal, say)
  const places = (result: RunResult): RulePlaces => placesOf(result, prepared, terminal)
  return open(prepared.settings, { writers, places, made: madeOf(prepared) }, terminal, say)
}

/** Those of a run that is over, of which the sources are not at hand. Throws like `openReports`. */
export function openReportsAfter(
  settings: Settings,
  terminal: Terminal,
  say: (text: string) => void,
): Reports {
  return open(settings, { writers: [], places: () => new Map(), made: undefined }, terminal, say)
}

function open(
  settings: Settings,
  more: {
    readonly writers: readonly Writer[]
    readonly places: (result: RunResult) => RulePlaces
    readonly made: Made | undefined
  },
  terminal: Terminal,
  say: (text: string) => void,
): Reports {
  const problems: Problem[] = []
  const writers = [...fileWriters(settings, terminal, problems), ...more.writers]
  const html = openHtml(settings, more.made, terminal.folder, problems, say)
  if (html !== undefined) {
    const write: Writer['write'] = (result, cases) => html.finish(result, cases)
    writers.push({ name: settings.place('html'), write })
  }
  const csv = openCsv(settings, terminal.folder, problems, say)
  if (problems.length > 0) {
    csv?.close()
    throw new OnrushError(problems)
  }
  return {
    outputs: [csv, html].filter((each) => each !== undefined),
    follow: (run) => html?.follow(() => run.peek()),
    write(result) {
      let cases: ReportCase[] | undefined
      for (const writer of writers) {
        try {
          cases ??= casesOf(result, more.places(result))
          writer.write(result, cases)
        } catch (error) {
          say(`${writer.name} was not written: ${(error as Error).message}`)
        }
      }
    },
    close: () => csv?.close(),
  }
}

/** Of `-` the text goes to standard output; JSON is printed by who has the result first. */
function fileWriters(settings: Settings, { folder, out }: Terminal, problems: Problem[]): Writer[] {
  const writers: Writer[] = []
  const add = (
    key: string,
    write: (path: string, ...rest: Parameters<Writer['write']>) => void,
  ) => {
    const given = settings.text(key)
    if (given === undefined || given === '-') return
    const path = resolve(folder, given)
    const wrong = notWritableFile(path)
    if (wrong !== undefined) problems.push(notWritable(path, wrong))
    writers.push({
      name: settings.place(key),
      write: (result, cases) => write(path, result, cases),
    })
  }
  const addText = (key: string, render: (...of: Parameters<Writer['write']>) => string): void => {
    add(key, (path, result, cases) => writeText(path, render(result, cases)))
    if (settings.text(key) !== '-') return
    writers.push({ name: key, write: (result, cases) => out(`${render(result, cases)}\n`) })
  }
  add('json', writeResult)
  addText('junit', renderJunit)
  addText('markdown', renderMarkdown)
  return writers
}

/** Its runner reads commands from standard error as well; standard output is for results. */
function githubWriters(terminal: Terminal, say: (text: string) => void): Writer[] {
  if (!runsOnGithub(terminal)) return []
  const summary = terminal.environment['GITHUB_STEP_SUMMARY']
  const annotations: Writer = {
    name: 'GitHub annotations',
    write: (result, cases) => renderAnnotations(result, cases).forEach(say),
  }
  if (summary === undefined || summary === '') return [annotations]
  const page: Writer = {
    name: 'GITHUB_STEP_SUMMARY',
    write: (result, cases) => appendFileSync(summary, `${renderMarkdown(result, cases)}\n`),
  }
  return [annotations, page]
}

function openHtml(
  settings: Settings,
  made: Made | undefined,
  folder: string,
  problems: Problem[],
  say: (text: string) => void,
): HtmlReport | undefined {
  const given = settings.text('html')
  if (given === undefined) return undefined
  const path = resolve(folder, given)
  const wrong = notWritableFile(path)
  if (wrong !== undefined) problems.push(notWritable(path, wrong))
  return new HtmlReport(path, made, say)
}

function openCsv(
  settings: Settings,
  folder: string,
  problems: Problem[],
  say: (text: string) => void,
): CsvOutput | undefined {
  const prefix = settings.text('csv')
  if (prefix === undefined) return undefined
  const path = resolve(folder, prefix)
  try {
    return new CsvOutput(path, say)
  } catch (error) {
    problems.push(notWritable(`${path}_stats_history.csv`, error))
    return undefined
  }
}

/** GitHub names files from the root of the repository, which the command may not have been started in. */
function placesOf(
  { run }: RunResult,
  { bundle, settings }: Prepared,
  terminal: Terminal,
): RulePlaces {
  const { thresholds } = run.plan
  if (thresholds.length === 0) return new Map()
  const root = runsOnGithub(terminal) ? terminal.environment['GITHUB_WORKSPACE'] : undefined
  const typed = { rules: settings.list('threshold'), place: settings.place('threshold') }
  // A rule of a scenario stands in the script without the scenario's name.
  const texts = thresholds.map((each) => each.written ?? each.rule)
  const places = rulePlaces(texts, sourcesOf(bundle.map), typed, root || terminal.folder)
  const found = new Map<string, RulePlace>()
  thresholds.forEach(({ rule }, index) => {
    const place = places.get(texts[index]!)
    if (place !== undefined) found.set(rule, place)
  })
  return found
}

/** Makes the folder of the file. The reason why it cannot be written, or undefined. */
function notWritableFile(path: string): unknown {
  try {
    if (existsSync(path) && statSync(path).isDirectory()) return new Error('it is a folder')
    mkdirSync(dirname(path), { recursive: true })
    accessSync(existsSync(path) ? path : dirname(path), constants.W_OK)
    return undefined
  } catch (error) {
    return error
  }
}

/** Beside the file and renamed, so that a reader never sees half a report. */
function writeText(path: string, text: string): void {
  const partial = `${path}.partial`
  writeFileSync(partial, text)
  renameSync(partial, path)
}
