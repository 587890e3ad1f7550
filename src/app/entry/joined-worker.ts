/**
 * A worker process of `onrush worker`: it dials the server it is told by its parent, waits to be claimed, serves one run and ends;
 * the parent starts the next. When the parent is gone it takes its leave: whoever stopped it wants it stopped.
 */
import type { Problem } from '../../contracts/problem.ts'
import type { WorkerFacts } from '../../contracts/wire.ts'
import { OnrushError } from '../../kernel/errors.ts'
import { type Dial, dial } from '../../plugins/transports/nats/connect.ts'
import { type JoinedChannel, joinPool } from '../../plugins/transports/nats/join-pool.ts'
import { ORPHAN_EXIT_MS, readyToServe, version } from './serve-run.ts'

/** The first message of the parent. */
export interface JoinOrder extends Dial {
  readonly name: string
  readonly facts: WorkerFacts
}

/** What the parent is told. */
export type JoinNews =
  | { readonly type: 'joined' }
  | { readonly type: 'taken'; readonly by: string }
  | { readonly type: 'served'; readonly end: 'done' | 'orphaned' }
  | { readonly type: 'trouble'; readonly text: string }
  | { readonly type: 'failed'; readonly problems: readonly Problem[] }

const tell = (news: JoinNews): void => {
  if (process.connected) process.send?.(news)
}

let channel: JoinedChannel | undefined
process.once('disconnect', () => void leave())
process.once('message', (order: JoinOrder) => void serve(order))

async function serve(order: JoinOrder): Promise<void> {
  const serveRun = readyToServe(order.name)
  try {
    const link = await dial(order)
    const taken = joinPool({
      link,
      name: order.name,
      facts: order.facts,
      version,
      onTrouble: (text) => tell({ type: 'trouble', text }),
    })
    // Its question is known to the server before anybody is told that it is there.
    await link.connection.flush()
    tell({ type: 'joined' })
    const { by, channel: line } = await taken
    channel = line
    tell({ type: 'taken', by })
    const end = await serveRun(line)
    tell({ type: 'served', end })
    if (end === 'orphaned') {
      setTimeout(() => process.exit(0), ORPHAN_EXIT_MS)
      return
    }
    // The coordinator may read it when it likes.
    await line.stored()
    await link.close()
    process.exit(0)
  } catch (error) {
    if (!(error instanceof OnrushError)) throw error
    tell({ type: 'failed', problems: error.problems })
    process.disconnect?.()
    process.exit(0)
  }
}

async function leave(): Promise<void> {
  await channel?.leave('was stopped on its machine')
  setTimeout(() => process.exit(0), ORPHAN_EXIT_MS)
}
