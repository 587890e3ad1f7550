/**
 * Does a NATS server listen there? It speaks first, so one line tells. Asked before the client library dials, which would wait for
 * ever for a server that accepts connections and says nothing.
 */
import { connect } from 'node:net'

/** Rejects with the reason when there is none within `withinMs`. */
export function awaitGreeting(host: string, port: number, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    const end = (failure?: Error): void => {
      clearTimeout(timer)
      socket.destroy()
      if (failure === undefined) resolve()
      else reject(failure)
    }
    const timer = setTimeout(
      () => end(new Error(`nothing was heard within ${withinMs / 1_000} s`)),
      withinMs,
    )
    let heard = ''
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      heard += text
      if (heard.startsWith('INFO ')) end()
      else if (!'INFO '.startsWith(heard)) end(new Error('what listens there is no NATS server'))
    })
    socket.once('end', () => end(new Error('the connection was closed at once')))
    socket.once('error', end)
  })
}
