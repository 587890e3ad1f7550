/**
 * `WebSocketUser`: a user with a client that opens WebSockets. The client is made at the first use and closed with the user, and with
 * it every socket; so no script has to close what a user leaves open.
 */
import { User } from '../../../load/user/user.ts'
import { WebSocketClient } from './websocket-client.ts'
import type { WebSocketOptions } from './websocket-options.ts'

export class WebSocketUser extends User {
  static override abstract = true
  /** Settings of the client. Read once, at its first use. */
  websocket: WebSocketOptions | undefined
  _client: WebSocketClient | undefined

  constructor() {
    super()
    this.websocket = undefined
    this._client = undefined
  }

  /** The base URL in force: the command line's, else the user's own, else the plan's; undefined when nobody named one. */
  get baseUrl(): string | undefined {
    const { host, hostOverrides } = this.context.worker.plan
    return (hostOverrides ? host : (this.host ?? host)) ?? undefined
  }

  get client(): WebSocketClient {
    this._client ??= this.addClient(
      new WebSocketClient(this.baseUrl, this.websocket ?? {}, this.context),
    )
    return this._client
  }
}
