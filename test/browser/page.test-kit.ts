/**
 * The built page in a real Chromium, against the mock of its API: static files with the strictest policy that lets them work, so that a
 * script or style that came in from elsewhere would be refused, and said so. Time of the run goes on when a test says.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { MockApi } from '../../ui/mock/mock-api.ts'
import type { MockOptions } from '../../ui/mock/mock-run.ts'

const BUILT = fileURLToPath(new URL('../../dist/ui/', import.meta.url))
const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

export const hasChromium = existsSync(CHROMIUM)

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: FLAGS })

export interface Site {
  readonly api: MockApi
  readonly url: string
  close(): Promise<void>
}

export async function openSite(options: MockOptions = {}): Promise<Site> {
  const api = new MockApi(options)
  const server = createServer((request, response) => {
    if (api.answer(request, response)) return
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const isFile = extname(path) !== '' && existsSync(join(BUILT, path))
    response.writeHead(200, {
      'content-type': isFile
        ? (TYPES[extname(path)] ?? 'application/octet-stream')
        : 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'self'",
    })
    response.end(readFileSync(join(BUILT, isFile ? path : 'index.html')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    api,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => closed(server),
  }
}

/** What the page complained about: errors, refused scripts and styles; not what a server refused. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`${error}`))
  page.on('console', (message) => {
    const isOfNetwork = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isOfNetwork) complaints.push(message.text())
  })
  return complaints
}

/** What axe finds on a page as it is now. `evaluate` is not held to the policy of the page, so that axe may run in it. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run()')
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`),
  )
}
interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
