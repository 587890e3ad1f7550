/**
 * A run as server-sent events: one view at once, then one per change, at most one every `EVERY_MS`, each with only the points that changed.
 * The id of an event is the version of the points it brings up to, so a browser that comes back says what it has and gets
 * the rest. A reader that is slow gets fewer events, not a queue of them.
 */
import type { ServerResponse } from 'node:http'
import type { Clock, TimerHandle } from '../../contracts/clock.ts'
import type { LiveRun } from './live-run.ts'

const EVERY_MS = 250
/** Keeps proxies and browsers from giving up on a quiet run. */
const COMMENT_MS = 15_000

export function streamRun(
  run: LiveRun,
  response: ServerResponse,
  lastEventId: string | undefined,
  clock: Clock,
): void {
  new Stream(run, response, Number(lastEventId ?? 0) || 0, clock)
}

class Stream {
  readonly #run: LiveRun
  readonly #response: ServerResponse
  readonly #clock: Clock
  readonly #stopListening: () => void
  #sentPoint: number
  #sentVersion = -1
  #timer: TimerHandle | undefined
  #nextMs = 0

  constructor(run: LiveRun, response: ServerResponse, known: number, clock: Clock) {
    this.#run = run
    this.#response = response
    this.#clock = clock
    // Of another process the versions mean nothing.
    this.#sentPoint = known <= run.pointVersion ? known : 0
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write('retry: 1000\n\n')
    this.#stopListening = run.listen(() => this.#soon())
    response.once('close', () => this.#end())
    response.on('drain', () => this.#soon())
    this.#send()
  }

  #soon(): void {
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer)
    const atMs = Math.max(this.#clock.nowMs(), this.#nextMs)
    this.#timer = this.#clock.at(atMs, (self: Stream) => self.#send(), this)
  }

  #send(): void {
    if (this.#response.writableNeedDrain) return
    this.#nextMs = this.#clock.nowMs() + EVERY_MS
    const { version, pointVersion } = this.#run
    const view = version === this.#sentVersion ? undefined : this.#run.view(this.#sentPoint)
    if (view !== undefined) {
      this.#response.write(`id: ${pointVersion}\nevent: view\ndata: ${JSON.stringify(view)}\n\n`)
      this.#sentVersion = version
      this.#sentPoint = pointVersion
    } else this.#response.write(': still here\n\n')
    this.#timer = this.#clock.at(
      this.#clock.nowMs() + COMMENT_MS,
      (self: Stream) => self.#send(),
      this,
    )
  }

  #end(): void {
    this.#stopListening()
    if (this.#timer !== undefined) this.#clock.cancel(this.#timer)
  }
}
