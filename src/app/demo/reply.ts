/** What a route says, and what it was asked: plain values, so that routes know no sockets. */
import type { Session } from './sessions.ts'

export interface Question {
  readonly query: URLSearchParams
  /** The number in the path of `/items/:id`; NaN where there is none. */
  readonly id: number
  readonly body: Readonly<Record<string, unknown>>
  /** Sent by a form rather than a script: answered with a redirect, as a browser expects. */
  readonly isForm: boolean
  readonly wantsHtml: boolean
  readonly cookie: string | undefined
  readonly session: Session | undefined
  readonly acceptsGzip: boolean
  readonly etag: string | undefined
}

export interface Reply {
  readonly status: number
  readonly body: string | Buffer
  readonly headers: Readonly<Record<string, string>>
}

const JSON_HEADERS = { 'content-type': 'application/json' }
const HTML_HEADERS = { 'content-type': 'text/html; charset=utf-8', vary: 'accept' }

export function json(status: number, value: unknown, headers?: Record<string, string>): Reply {
  return jsonText(status, JSON.stringify(value), headers)
}

/** `text` is JSON already. */
export function jsonText(status: number, text: string, headers?: Record<string, string>): Reply {
  return { status, body: text, headers: headers ? { ...JSON_HEADERS, ...headers } : JSON_HEADERS }
}

export function html(text: string): Reply {
  return { status: 200, body: text, headers: HTML_HEADERS }
}

export function seeOther(location: string, headers: Record<string, string> = {}): Reply {
  return { status: 303, body: '', headers: { location, ...headers } }
}

/** A refusal, as JSON with one sentence. */
export function refusal(status: number, sentence: string): Reply {
  return json(status, { error: sentence })
}
