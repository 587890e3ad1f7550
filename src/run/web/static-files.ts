/** The built page, from the files that ship with the package. Every address that is no file is the page itself: its views are in the URL. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Handler } from './http-server.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

/** `folder`: as built; its `assets/` have their hash in their names. */
export function staticFiles(folder: URL): Handler {
  const root = fileURLToPath(folder)
  return ({ url }, response) => {
    const asked = join(root, normalize(decodeURIComponent(url.pathname)))
    const isFile = asked.startsWith(root) && existsSync(asked) && statSync(asked).isFile()
    const path = isFile ? asked : join(root, 'index.html')
    if (!existsSync(path)) return { status: 404, json: { error: 'this installation has no page' } }
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
      'cache-control': url.pathname.startsWith('/assets/')
        ? 'max-age=31536000, immutable'
        : 'no-cache',
    })
    response.end(readFileSync(path))
    return undefined
  }
}
