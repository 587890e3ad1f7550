/** Where and how to dial the NATS server, from the settings; the same for runs and workers. */
import { isAbsolute, join } from 'node:path'
import { OnrushError, problem } from '../../kernel/errors.ts'
import type { Dial } from '../../plugins/transports/nats/connect.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** `--join local`, or with a port: a server that is started for the occasion; see `own-server.ts`. */
export const isLocal = (address: string | undefined): address is string =>
  address !== undefined && /^local(:\d{1,5})?$/.test(address)

/** Undefined without `--join`: one machine. Throws `OnrushError` where no server is started. */
export function dialOf(
  settings: Settings,
  terminal: Terminal,
  clientName: string,
): Dial | undefined {
  const url = settings.text('join')
  if (url === undefined) return undefined
  if (isLocal(url)) throw new OnrushError([nothingLocal(settings.place('join'))])
  const file = (key: string): string | undefined => {
    const path = settings.text(key)
    return path === undefined || isAbsolute(path) ? path : join(terminal.folder, path)
  }
  return {
    url,
    clientName,
    credsFile: file('natsCreds'),
    caFile: file('natsCa'),
    certFile: file('natsCert'),
    keyFile: file('natsKey'),
  }
}

const nothingLocal = (place: string) =>
  problem(
    'E_USAGE',
    place,
    'no NATS server is started here',
    'only `onrush run` and `onrush serve` start one',
    'the address that those print, such as nats://TOKEN@loadbox:4222',
  )
