/**
 * Modules that take 10 to 30 ms to load and that many scripts never need. They come with the first dated cookie, which a worker
 * rehearses before its run (`app/entry/warm-up.ts`), and with the first HTTP/2 connection, which waits for it.
 */
import { createRequire } from 'node:module'
import process from 'node:process'

const require = createRequire(import.meta.url)
let cookies: typeof import('tough-cookie') | undefined

export function toughCookie(): typeof import('tough-cookie') {
  cookies ??= require('tough-cookie') as typeof import('tough-cookie')
  return cookies
}

export const http2 = (): typeof import('node:http2') => process.getBuiltinModule('node:http2')
