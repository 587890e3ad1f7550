/**
 * What a script wants to be told of one socket. A listener runs inside the callback of a socket, where nobody could catch what it throws;
 * so it is caught here, counted like an error of a task, and logged the first time.
 */
import type { ClientContext } from '../../../contracts/user.ts'

export type Listener = (value: never) => unknown

export class Listeners {
  readonly #context: ClientContext
  readonly #name: string
  readonly #lists: Record<'message' | 'close', Listener[]> = { message: [], close: [] }
  #logged = false

  constructor(context: ClientContext, name: string) {
    this.#context = context
    this.#name = name
  }

  add(event: 'message' | 'close', listener: Listener): void {
    if (!Object.hasOwn(this.#lists, event) || typeof listener !== 'function')
      throw new TypeError(`a socket tells of 'message' and 'close', to a function`)
    this.#lists[event] = [...this.#lists[event], listener]
  }
  remove(event: 'message' | 'close', listener: Listener): void {
    this.#lists[event] = this.#lists[event].filter((each) => each !== listener)
  }

  /** False when nobody listens. */
  tell(event: 'message' | 'close', value: unknown): boolean {
    const list = this.#lists[event]
    for (const listener of list) {
      try {
        const result = (listener as (value: unknown) => unknown)(value)
        if (result instanceof Promise) result.catch((thrown) => this.#threw(event, thrown))
      } catch (thrown) {
        this.#threw(event, thrown)
      }
    }
    return list.length > 0
  }

  #threw(event: string, thrown: unknown): void {
    const { worker } = this.#context
    const { recorder } = worker
    const where = `on('${event}') of ${this.#name}`
    const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
    const error = recorder.error('script', message)
    recorder.fail(recorder.series('task', 'TASK', where), 0, 0, 0, 0, 0, 0, error)
    if (this.#logged) return
    this.#logged = true
    const stack = this.#context.mapStack((thrown instanceof Error && thrown.stack) || message)
    recorder.sample(error, stack)
    worker.log(
      'error',
      `${where} threw; it is logged once per socket and counted every time\n${stack}`,
    )
  }
}
