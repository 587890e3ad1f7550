/** What the server is doing, asked every few seconds while the page is looked at. When it is away, the last answer stays. */
import { createSignal } from 'solid-js'
import { getState } from '../api/client.ts'
import type { AppState } from '../api/types.ts'

const AGAIN_MS = 3_000
const [server, setServer] = createSignal<AppState>()
const [isServerAway, setIsServerAway] = createSignal(false)

export { isServerAway, server }

/** The run that goes on now. */
export function runningId(): string | undefined {
  const now = server()
  return now === undefined || now.state === 'ready' ? undefined : (now.runId ?? undefined)
}

export async function askServer(): Promise<void> {
  try {
    setServer(await getState())
    setIsServerAway(false)
  } catch {
    setIsServerAway(true)
  }
}

void askServer()
setInterval(() => {
  if (!document.hidden) void askServer()
}, AGAIN_MS)
