/**
 * A kept run as a file to take away, in the formats of `onrush report`. What makes the text is given by the program: this knows names and
 * headers only.
 */
import type { ServerResponse } from 'node:http'
import type { Answer, Request, Route } from './http-server.ts'

export const REPORT_KINDS = [
  ...(['html', 'json', 'junit', 'markdown'] as const),
  ...(['csv', 'csv-history', 'csv-failures', 'csv-exceptions'] as const),
] as const
export type ReportKind = (typeof REPORT_KINDS)[number]

export interface ReportFile {
  readonly name: string
  readonly type: string
  readonly text: string
}

/** Undefined when there is no such run. */
export type MakeReport = (id: string, kind: ReportKind) => Promise<ReportFile | undefined>

export function reportRoutes(make: MakeReport): Route[] {
  const handle = async ({ params }: Request, response: ServerResponse) => {
    const kind = REPORT_KINDS.find((each) => each === params['kind'])
    if (kind === undefined) return missing(`a report is one of ${REPORT_KINDS.join(', ')}`)
    const file = await make(params['id']!, kind)
    if (file === undefined) return missing('there is no such run')
    sendFile(response, file)
    return undefined
  }
  return [{ method: 'GET', path: '/api/v1/runs/:id/report/:kind', handle }]
}

export function sendFile(response: ServerResponse, { name, type, text }: ReportFile): void {
  response.writeHead(200, {
    'content-type': type,
    'content-disposition': `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}"`,
    'cache-control': 'no-store',
  })
  response.end(text)
}

const missing = (error: string): Answer => ({ status: 404, json: { error } })
