/**
 * A server that keeps its own books: what arrived, when, and every byte on its sockets. What a run says is compared
 * with it, so it shares no code with the load generator. `answer` gets each request with its number, counted from 0.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

export interface Arrival {
  readonly method: string
  readonly path: string
  readonly epochMs: number
  /** When the last byte of the answer was handed to the system; NaN before. */
  readonly endEpochMs: number
}
export interface Target {
  readonly url: string
  readonly arrivals: readonly Arrival[]
  /** Status → answers that were sent in full. */
  readonly statuses: Readonly<Record<string, number>>
  readonly connections: number
  /** All bytes its sockets have read and written. */
  bytes(): { read: number; written: number }
  close(): Promise<void>
}
export type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void

const nowEpochMs = (): number => performance.timeOrigin + performance.now()

export async function startTarget(answer: Answer): Promise<Target> {
  const arrivals: Arrival[] = []
  const statuses: Record<string, number> = {}
  const sockets: Socket[] = []
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const { method = '', url = '' } = request
    const arrival = { method, path: url, epochMs: nowEpochMs(), endEpochMs: Number.NaN }
    arrivals.push(arrival)
    response.once('finish', () => {
      arrival.endEpochMs = nowEpochMs()
      statuses[response.statusCode] = (statuses[response.statusCode] ?? 0) + 1
    })
    request.resume()
    answer(request, response, arrivals.length - 1)
  })
  server.on('connection', (socket) => {
    socket.on('error', () => {}) // a reset is the point of some tests; the books do not depend on it
    sockets.push(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    statuses,
    get connections() {
      return sockets.length
    },
    bytes: () => ({
      read: sockets.reduce((sum, socket) => sum + socket.bytesRead, 0),
      written: sockets.reduce((sum, socket) => sum + socket.bytesWritten, 0),
    }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
