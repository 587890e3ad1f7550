/**
 * One run as the server tells it: a kept one once, a running one second by second until it has ended. When the server goes away the
 * last figures stay and `isAway` says so; the browser asks again with the number of the last event, and gets what it missed. A hidden
 * page only keeps what comes and shows it when it is looked at again.
 */
import { type Accessor, createSignal, onCleanup } from 'solid-js'
import { ApiError, eventsUrl, getRun, getState } from './client.ts'
import { mergePoints } from './merge-points.ts'
import type { RunView, ViewEvent } from './types.ts'

const RETRY_MS = 2_000
const SOON_MS = 200

export interface RunFeed {
  readonly view: Accessor<RunView | undefined>
  /** Why there is nothing to show. */
  readonly failure: Accessor<string | undefined>
  /** Since when nothing was heard of a server that should speak, as `performance.now()`; undefined: all is well. */
  readonly awaySinceMs: Accessor<number | undefined>
}

export function openRunFeed(id: string): RunFeed {
  const [view, setView] = createSignal<RunView>()
  const [failure, setFailure] = createSignal<string>()
  const [awaySinceMs, setAwaySinceMs] = createSignal<number>()
  let latest: RunView | undefined
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let isClosed = false

  const take = (event: ViewEvent): void => {
    setAwaySinceMs(undefined)
    const { reset, ...next } = event
    latest = { ...next, points: mergePoints(latest?.points ?? [], next.points, reset === true) }
    if (!document.hidden || hasEnded(latest)) setView(latest)
    if (hasEnded(latest)) source?.close()
  }
  const again = (): void => {
    source?.close()
    setAwaySinceMs((known) => known ?? performance.now())
    clearTimeout(retry)
    if (!isClosed) retry = setTimeout(begin, RETRY_MS)
  }
  const listen = (): void => {
    source = new EventSource(eventsUrl(id))
    source.addEventListener('view', (event) => take(JSON.parse(event.data) as ViewEvent))
    source.onerror = () => {
      if (latest !== undefined && hasEnded(latest)) return
      setAwaySinceMs((known) => known ?? performance.now())
      // After an answer that is no stream a browser does not come back by itself.
      if (source?.readyState === EventSource.CLOSED) again()
    }
  }
  const begin = async (): Promise<void> => {
    try {
      const whole = await getRun(id)
      if (isClosed) return
      take({ ...whole, reset: true })
      if (!hasEnded(whole)) listen()
    } catch (error) {
      if (isClosed) return
      if (latest !== undefined || !(error instanceof ApiError)) again()
      else if (await isPreparing(id)) retry = isClosed ? undefined : setTimeout(begin, SOON_MS)
      else setFailure(error.status === 404 ? `There is no run ${id}.` : error.message)
    }
  }
  const show = (): void => {
    if (!document.hidden) setView(latest)
  }
  document.addEventListener('visibilitychange', show)
  onCleanup(() => {
    isClosed = true
    source?.close()
    clearTimeout(retry)
    document.removeEventListener('visibilitychange', show)
  })
  void begin()
  return { view, failure, awaySinceMs }
}

export const hasEnded = ({ state }: RunView): boolean => state === 'finished' || state === 'cut-off'

/** Begun a moment ago: there is nothing to see before its workers are ready. */
async function isPreparing(id: string): Promise<boolean> {
  const server = await getState().catch(() => undefined)
  return server?.runId === id && server.state !== 'ready'
}
