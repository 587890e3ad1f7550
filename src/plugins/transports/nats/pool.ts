/**
 * Finding workers and asking them to serve a run. A worker serves one run at a time and answers for itself, so no two runs
 * get the same one: who asks first has it.
 */
import type { Msg } from '@nats-io/transport-node'
import type { Labels, WorkerFacts } from '../../../contracts/wire.ts'
import type { Link } from './link.ts'
import { type Sealed, sealFor } from './seal.ts'
import { FIND, newId, workerSubject } from './subjects.ts'

/** A worker as it presents itself. */
export interface PoolWorker extends WorkerFacts {
  /** Of the process; a restarted one has another. */
  readonly id: string
  /** For people: the machine, or what `--name` said. */
  readonly name: string
  readonly version: string
  /** For whom to seal a claim. */
  readonly publicKey: string
  /** Whose run it serves; null: it is free. */
  readonly servedBy: string | null
}

/** Has it all of `wanted`? */
export const hasLabels = ({ labels }: WorkerFacts, wanted: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value)

/** What a coordinator asks for. */
export interface Claim {
  /** The key of the run, for this worker alone. */
  readonly runKey: Sealed
  readonly session: string
  /** The number in the subjects of its messages. */
  readonly slot: number
  /** For people: who asks. */
  readonly by: string
}

const CLAIM_MS = 5_000

/** Everybody who answers within `waitMs`; sooner when `enough` of them did. */
export async function findWorkers(
  link: Link,
  waitMs: number,
  enough: (found: readonly PoolWorker[]) => boolean,
  onTrouble: (text: string) => void,
): Promise<PoolWorker[]> {
  const found: PoolWorker[] = []
  const inbox = `_INBOX.${newId()}`
  await new Promise<void>((resolve) => {
    const hear = (message: Msg): void => {
      const worker = asWorker(message.data)
      if (worker !== undefined) found.push(worker)
      if (enough(found)) finish()
    }
    const stop = link.listen(inbox, hear, onTrouble)
    const finish = (): void => {
      stop()
      resolve()
    }
    link.connection.publish(FIND, '', { reply: inbox })
    void link.pause(waitMs).then(finish)
  })
  return found
}

/** Was it still free? */
export async function claimWorker(
  link: Link,
  worker: PoolWorker,
  asked: Omit<Claim, 'runKey'>,
  runKey: Uint8Array,
): Promise<boolean> {
  const sealed = sealedFor(worker, runKey)
  if (sealed === undefined) return false
  const claim: Claim = { ...asked, runKey: sealed }
  const answer = await link.connection
    .request(workerSubject(worker.id), JSON.stringify(claim), { timeout: CLAIM_MS })
    .catch(() => undefined)
  // No answer: it has gone since it was found, or is too busy to serve.
  return answer?.string() === 'yes'
}

/** `undefined`: what it gave as its key is none, so it is no worker of ours. */
function sealedFor({ publicKey }: PoolWorker, runKey: Uint8Array): Sealed | undefined {
  try {
    return sealFor(publicKey, runKey)
  } catch {
    return undefined // said by the caller: it could not be claimed
  }
}

function asWorker(bytes: Uint8Array): PoolWorker | undefined {
  const value = parse(bytes) as Partial<PoolWorker> | undefined
  if (typeof value?.id !== 'string' || typeof value.version !== 'string') return undefined
  if (typeof value.publicKey !== 'string') return undefined
  // One of another version may say less; and what is not known travels as null.
  const { name, power, labels = {} } = value
  return {
    ...(value as PoolWorker),
    name: String(name),
    power: typeof power === 'number' ? power : Number.NaN,
    labels,
  }
}

/** `undefined` for anything that is not JSON. */
export function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}
