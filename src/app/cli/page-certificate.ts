/** `--tls-cert` and `--tls-key`: the page over https. */
import { readFileSync } from 'node:fs'
import { OnrushError, problem } from '../../kernel/errors.ts'
import type { Guard } from '../../run/web/guard.ts'
import { type Certificate, HttpServer, type Route } from '../../run/web/http-server.ts'
import type { Settings } from './settings.ts'

/** Both or none. Throws `OnrushError`. */
export function certificateOf(settings: Settings): Certificate | undefined {
  const [cert, key] = [settings.text('tlsCert'), settings.text('tlsKey')]
  if (cert === undefined && key === undefined) return undefined
  if (cert !== undefined && key !== undefined) return { cert: pemOf(cert), key: pemOf(key) }
  const [given, missing] = cert === undefined ? ['key', 'cert'] : ['cert', 'key']
  const why = 'a certificate and its key belong together'
  throw new OnrushError([
    problem('E_TLS_FILES', `--tls-${given}`, `--tls-${missing} is missing`, why, 'give both'),
  ])
}

function pemOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = (error as Error).message
    throw new OnrushError([
      problem('E_TLS_FILES', path, 'the file cannot be read', why, 'name a file in PEM'),
    ])
  }
}

/** Throws `OnrushError` for a certificate that cannot be used. */
export function serverOf(
  routes: readonly Route[],
  guard: Guard,
  tls: Certificate | undefined,
): HttpServer {
  try {
    return new HttpServer(routes, guard, tls)
  } catch (error) {
    const [what, why] = ['the page cannot be served over https', (error as Error).message]
    const fix = 'give a certificate with its whole chain, and its own key, both in PEM'
    throw new OnrushError([problem('E_TLS_FILES', '--tls-cert', what, why, fix)])
  }
}
