/** Where and how to dial the NATS server, from the settings; the same for runs and workers. */
import { isAbsolute, join } from 'node:path'
import type { Dial } from '../../plugins/transports/nats/connect.ts'
import type { Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** Undefined without `--join`: one machine. */
export function dialOf(
  settings: Settings,
  terminal: Terminal,
  clientName: string,
): Dial | undefined {
  const url = settings.text('join')
  if (url === undefined) return undefined
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
