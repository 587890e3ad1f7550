// A nats-server with JetStream on a free port of loopback, its files in a temporary folder.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dial } from '../../dist/plugins/transports/nats/connect.js'
import { freePort } from './free-port.mjs'
import { start } from './process.mjs'

/** `{ url, pid, close() }`; resolves when it answers. */
export async function startNats() {
  const folder = mkdtempSync(join(tmpdir(), 'onrush-bench-nats-'))
  const port = await freePort()
  const server = start(['nats-server', '-js', '-sd', folder, '-a', '127.0.0.1', '-p', `${port}`])
  const url = `nats://127.0.0.1:${port}`
  await answering(url)
  return {
    url,
    pid: server.pid,
    async close() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answering(url) {
  for (let attempt = 0; ; attempt++) {
    try {
      const link = await dial({ url, clientName: 'bench', pingMs: 500 })
      return await link.close()
    } catch (error) {
      if (attempt === 100) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
