/**
 * Checks of one response: they run once it is complete, each is counted under its name, and the first that fails makes the request
 * a failure of kind `check`. A check that throws is a failed check with its message; it never reaches the task.
 */
import type { FailureKind } from '../../contracts/measure.ts'
import type { ClientContext } from '../../contracts/user.ts'
import type { Check, RequestOptions } from './http-options.ts'
import { ContentFailure, type HttpError, type HttpResponse } from './response.ts'
import type { Series } from './series.ts'

/** The error of the first check that failed, or `undefined`. */
export function runChecks(
  options: RequestOptions,
  response: HttpResponse,
  series: Series,
  context: ClientContext,
): HttpError | undefined {
  const { check, checks } = options
  let error: HttpError | undefined
  if (typeof check === 'function') error = runCheck(nameOf(check), check, response, series, context)
  else if (check !== undefined) {
    for (const each of check) {
      const failed = runCheck(nameOf(each), each, response, series, context)
      error ??= failed
    }
  }
  for (const name in checks) {
    const failed = runCheck(name, checks[name]!, response, series, context)
    error ??= failed
  }
  return error
}

/** A function written in place is called after the option it was given to, which says nothing. */
function nameOf(check: Check): string {
  return check.name === 'check' ? '' : check.name
}

function runCheck(
  name: string,
  check: Check,
  response: HttpResponse,
  series: Series,
  context: ClientContext,
): HttpError | undefined {
  let error: HttpError | undefined
  try {
    const answer: unknown = check(response)
    if (answer !== true)
      error = { kind: 'check', when: '', message: failureOf(answer, name || series.checkName) }
  } catch (thrown) {
    error = {
      kind: kindOf(thrown),
      when: '',
      message: `check "${name || series.checkName}" threw ${describe(thrown, context)}`,
    }
  }
  const { recorder } = context.worker
  recorder.check(name === '' ? series.check(recorder) : recorder.checkId(name), error === undefined)
  return error
}

function failureOf(answer: unknown, name: string): string {
  if (typeof answer === 'string') return answer
  if (answer === false) return `check "${name}" failed`
  const what = answer instanceof Promise ? 'a promise' : String(answer)
  return `check "${name}" answered ${what}: it must answer true, false or a sentence, at once`
}

function kindOf(thrown: unknown): FailureKind {
  return thrown instanceof ContentFailure ? thrown.kind : 'check'
}

const OWN_FILES = new URL('../../', import.meta.url).pathname

/** Message and the first frame of the script. */
function describe(thrown: unknown, context: ClientContext): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const stack = context.mapStack(thrown.stack ?? '')
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  const frame = frames.find((line) => !line.includes(OWN_FILES))
  return `${thrown.name}: ${thrown.message.split('\n')[0]}${frame === undefined ? '' : ` (${frame.trim()})`}`
}
