// Starts the server of logging-server.mjs in a process of its own and fetches its books.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * `books()`: when each request came, from which worker and on which connection (counted from 0), when connections were
 * opened and closed, ms on the target's clock, ascending; and how many of them broke.
 */
export async function startLoggingTarget() {
  const file = fileURLToPath(new URL('logging-server.mjs', import.meta.url))
  const child = fork(file, { serialization: 'advanced', execArgv: [] })
  const [{ port }] = await once(child, 'message')
  return {
    url: `http://127.0.0.1:${port}`,
    async books() {
      child.send('books')
      const [books] = await once(child, 'message')
      return books
    },
    async close() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
