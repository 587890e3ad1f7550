/** Static files of the shop, held in memory: cacheable, with an `ETag`, and compressed once at the start. */
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { Reply } from './reply.ts'

const CSS = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 60rem; padding: 1rem }
header { display: flex; gap: 1rem; align-items: center; justify-content: space-between; flex-wrap: wrap }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .75rem; padding: 0 }
.cards li { list-style: none; border: 1px solid #8884; border-radius: .5rem; padding: .75rem }
button { padding: .4rem 1rem; border-radius: .4rem }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 2px solid #06c; outline-offset: 2px }
`
const JS = `document.querySelector('input[name=q]')?.setAttribute('value', new URLSearchParams(location.search).get('q') ?? '')
`
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 32"><rect width="32" height="32" rx="8" fill="#06c"/>
<path d="M8 10h16l-2 10H10z" fill="#fff"/><text x="40" y="22" font-family="sans-serif" font-size="16" fill="#06c">shop</text></svg>
`

interface Asset {
  readonly plain: Reply
  readonly gzipped: Reply
  readonly unchanged: Reply
  readonly etag: string
}

const assets = new Map([
  ['/assets/shop.css', asset('text/css; charset=utf-8', CSS)],
  ['/assets/shop.js', asset('text/javascript; charset=utf-8', JS)],
  ['/assets/logo.svg', asset('image/svg+xml', LOGO)],
])

export function isAsset(path: string): boolean {
  return assets.has(path)
}

/** `path` is one that `isAsset` knows. */
export function assetReply(path: string, acceptsGzip: boolean, etag: string | undefined): Reply {
  const found = assets.get(path)!
  if (etag === found.etag) return found.unchanged
  return acceptsGzip ? found.gzipped : found.plain
}

function asset(type: string, text: string): Asset {
  const body = Buffer.from(text)
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`
  const cache = { 'cache-control': 'public, max-age=3600', etag, vary: 'accept-encoding' }
  const headers = { ...cache, 'content-type': type }
  return {
    plain: { status: 200, body, headers },
    gzipped: {
      status: 200,
      body: gzipSync(body),
      headers: { ...headers, 'content-encoding': 'gzip' },
    },
    unchanged: { status: 304, body: '', headers: cache },
    etag,
  }
}
