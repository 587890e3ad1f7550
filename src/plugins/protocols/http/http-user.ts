/**
 * `HttpUser`: a user with an HTTP client of its own: cookies, credentials and keep-alive connections are never shared
 * unless asked for. The client is made at the first use, so a user that only waits pays nothing for it.
 */
import type { HttpOptions } from '../../../load/http/http-options.ts'
import { HttpSession } from '../../../load/http/session.ts'
import {
  defineScenario,
  type ScenarioContext,
  type ScenarioOptions,
} from '../../../load/user/scenario.ts'
import { User } from '../../../load/user/user.ts'

export class HttpUser extends User {
  static override abstract = true
  /** Settings of the client: timeouts, TLS, proxy, default headers … Read once, at the client's first use. */
  http: HttpOptions | undefined
  _client: HttpSession | undefined

  constructor() {
    super()
    this.http = undefined
    this._client = undefined
  }

  /** The base URL in force: the command line's, else the user's own, else the plan's; undefined when nobody named one. */
  get baseUrl(): string | undefined {
    const { host, hostOverrides } = this.context.worker.plan
    return (hostOverrides ? host : (this.host ?? host)) ?? undefined
  }

  get client(): HttpSession {
    this._client ??= this.addClient(new HttpSession(this.baseUrl, this.http ?? {}, this.context))
    return this._client
  }
}

/**
 * The function style: `export default scenario('checkout', async ({ client }) => { … })` is an `HttpUser` whose only task is
 * the function. Throws a TypeError without a name or a function.
 */
export const scenario = (
  name: string,
  run: (context: ScenarioContext<HttpUser>) => unknown,
  options?: ScenarioOptions,
): (new () => HttpUser) => defineScenario(HttpUser, name, run, options)
