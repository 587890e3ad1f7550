/**
 * POSTs messages to one address over one kept connection. 2xx is taken; 408, 429 and 5xx are worth another try, and so is a
 * connection that fails; everything else is a refusal. Redirects are not followed: they would carry credentials elsewhere.
 */
import { Agent, type IncomingMessage, request } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import type { Address } from './address.ts'
import { type Carrier, Refused } from './outbox.ts'

const ANSWER_CHARS_MAX = 200
const AGAIN = new Set([408, 425, 429])

export class HttpCarrier implements Carrier {
  readonly #address: Address
  readonly #headers: Readonly<Record<string, string>>
  readonly #agent: Agent | TlsAgent
  readonly #request: typeof request

  constructor(address: Address, headers: Readonly<Record<string, string>>) {
    const isTls = address.url.protocol === 'https:'
    this.#address = address
    this.#headers = { ...headers, ...address.headers }
    this.#agent = new (isTls ? TlsAgent : Agent)({ keepAlive: true, maxSockets: 1 })
    this.#request = isTls ? tlsRequest : request
  }

  carry(message: Uint8Array, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(new Error(this.#address.masked(reasonOf(error))))
      const headers = { ...this.#headers, 'content-length': message.length }
      const options = { method: 'POST', agent: this.#agent, headers, signal }
      const sent = this.#request(this.#address.url, options, (answer) => {
        read(answer).then((text) => {
          const { statusCode: status = 0 } = answer
          if (status >= 200 && status < 300) return resolve()
          const why = this.#address.masked(`it answered ${status}${text && `: ${text}`}`)
          reject(AGAIN.has(status) || status >= 500 ? new Error(why) : new Refused(why))
        }, fail)
      })
      sent.once('error', fail)
      sent.end(message)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** The beginning of an answer; the rest is read and forgotten, so that the connection can be kept. */
async function read(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of answer.setEncoding('utf8')) {
    if (text.length < ANSWER_CHARS_MAX) text += part
  }
  return text.slice(0, ANSWER_CHARS_MAX).trim()
}

/** Of several addresses that were tried the error has no message of its own. */
function reasonOf(error: Error & { readonly code?: string }): string {
  const parts = error instanceof AggregateError ? error.errors.map(String) : [error.message]
  return parts.filter(Boolean).join('; ') || (error.code ?? error.name)
}
