/** One small page over HTTP, again and again on one connection. No redirects, no compression, and no more than `METRICS_BYTES_MAX`. */
import { Agent, get as getHttp, type IncomingMessage } from 'node:http'
import { get as getHttps, Agent as HttpsAgent } from 'node:https'
import { METRICS_BYTES_MAX } from '../../../kernel/limits.ts'

const ACCEPT =
  'application/openmetrics-text;version=1.0.0;q=0.9, text/plain;version=0.0.4;q=0.8, */*;q=0.1'

export interface Page {
  readonly text: string
  readonly type: string
}

export class HttpText {
  readonly #url: URL
  readonly #agent: Agent

  constructor(url: URL) {
    this.#url = url
    const options = { keepAlive: true, maxSockets: 1 }
    this.#agent = url.protocol === 'https:' ? new HttpsAgent(options) : new Agent(options)
  }

  /** Rejects with half a sentence for people. */
  get(signal: AbortSignal): Promise<Page> {
    const get = this.#url.protocol === 'https:' ? getHttps : getHttp
    const options = { agent: this.#agent, signal, headers: { accept: ACCEPT } }
    return new Promise((resolve, reject) => {
      get(this.#url, options, (response) => {
        readAll(response).then(resolve, reject)
      }).once('error', reject)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

async function readAll(response: IncomingMessage): Promise<Page> {
  const { statusCode, headers } = response
  if (statusCode !== 200) {
    response.resume()
    throw new Error(`it answers with status ${statusCode}`)
  }
  const parts: Buffer[] = []
  let size = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length
    if (size > METRICS_BYTES_MAX) throw new Error(`it is longer than ${METRICS_BYTES_MAX} bytes`)
    parts.push(part)
  }
  return { text: Buffer.concat(parts).toString('utf8'), type: headers['content-type'] ?? '' }
}
