/**
 * A worker's side: it says that it is there, lets itself be claimed for one run, and gets the line to that run's coordinator.
 * While the line is open the coordinator's beat must be heard; when it stays away, the line ends by itself, so that
 * a worker whose coordinator died before the run began is free again.
 */
import type { Msg } from '@nats-io/transport-node'
import type { Channel, Command, Report, WorkerFacts } from '../../../contracts/wire.ts'
import { problem } from '../../../kernel/errors.ts'
import { COORDINATOR_SILENT_MS, HEARTBEAT_MS } from '../../../run/wire/timing.ts'
import { Inbox } from './inbox.ts'
import type { Link } from './link.ts'
import { Parcels } from './parcels.ts'
import { type Claim, type PoolWorker, parse } from './pool.ts'
import { PostChannel } from './post-channel.ts'
import { readCommand } from './prepare-parcel.ts'
import { SealedLetterBox } from './seal.ts'
import { FIND, newId, sessionSubjects, workerSubject } from './subjects.ts'

export interface JoinedChannel extends Channel<Command, Report> {
  /** Says goodbye after everything else was stored; bounded in time. */
  leave(why: string): Promise<void>
  /** Everything said so far is stored, however long that takes; or nobody wants it any more. */
  stored(): Promise<void>
}

export interface Joined {
  /** For people: whose run it is. */
  readonly by: string
  readonly channel: JoinedChannel
}

export interface JoinOptions {
  readonly link: Link
  readonly name: string
  /** Absent: it does not know what it can do, and has no labels. */
  readonly facts?: WorkerFacts
  readonly version: string
  /** Something is wrong with the line; goes on by itself where it can. */
  onTrouble(text: string): void
}

/** Resolves when a coordinator claims this worker. It is shown as busy from then on. */
export function joinPool(options: JoinOptions): Promise<Joined> {
  const { link, name, version, facts = { power: Number.NaN, labels: {} } } = options
  const { onTrouble } = options
  const id = newId()
  const box = new SealedLetterBox()
  const { publicKey } = box
  let servedBy: string | null = null
  return new Promise((resolve) => {
    const answerFind = (message: Msg): void => {
      const me: PoolWorker = { ...facts, id, name, version, publicKey, servedBy }
      message.respond(JSON.stringify(me))
    }
    const answerClaim = (message: Msg): void => {
      const claim = parse(message.data) as Claim | undefined
      const runKey = claim && opened(box, claim)
      const isFree = servedBy === null && runKey !== undefined
      message.respond(isFree ? 'yes' : 'no')
      if (!isFree || claim === undefined) return
      servedBy = String(claim.by)
      resolve({ by: servedBy, channel: openChannel(options, id, claim, runKey) })
    }
    link.listen(FIND, answerFind, onTrouble)
    link.listen(workerSubject(id), answerClaim, onTrouble)
  })
}

/** The key of the run; `undefined` when it was not sealed for us. */
function opened(box: SealedLetterBox, claim: Partial<Claim>): Uint8Array | undefined {
  if (typeof claim.session !== 'string' || claim.runKey === undefined) return undefined
  try {
    return box.open(claim.runKey)
  } catch {
    // For another process, or nothing of ours: whoever asked is told no.
    return undefined
  }
}

function openChannel(
  options: JoinOptions,
  id: string,
  claim: Claim,
  runKey: Uint8Array,
): JoinedChannel {
  const { link, onTrouble } = options
  const subjects = sessionSubjects(claim.session)
  const parcels = new Parcels(link)
  const { slot } = claim
  const channel = new PostChannel<Command, Report>({
    link,
    parcels,
    subject: subjects.postOf('from', slot),
    pulse: subjects.pulse('from', slot),
    sender: `${claim.session}/${slot}/${id}`,
    onTrouble,
    read: (value) => readCommand(value, parcels, runKey).catch(refuse),
    onClose: () => {
      clearInterval(watch)
      inbox.close()
      for (const stop of listening) stop()
    },
  })
  /** A run whose script did not arrive must not wait for this worker. */
  function refuse(error: Error): undefined {
    channel.send({
      type: 'failed',
      problem: problem(
        'E_JOIN',
        `worker ${options.name}`,
        'the script did not arrive as it was sent',
        error.message,
        'run it again; the same version of Node on all machines rules out one reason',
      ),
    })
    return undefined
  }
  // Counted in beats and not in time: a process that was stopped wakes up with one missed beat, not with hundreds.
  let missedBeats = 0
  const watch = setInterval(() => {
    missedBeats++
    if (missedBeats * HEARTBEAT_MS > COORDINATOR_SILENT_MS)
      channel.end({ clean: false, detail: 'the coordinator is silent' })
  }, HEARTBEAT_MS)
  const inbox = new Inbox({
    link,
    stream: subjects.stream,
    subject: subjects.postOf('to', slot),
    onMessage: (_, bytes) => channel.take(bytes),
    onTrouble,
  })
  const hearBeat = (message: Msg): void => {
    missedBeats = 0
    if (message.data.length > 0) channel.end({ clean: true, detail: message.string() })
  }
  const listening = [
    link.listen(subjects.beat, hearBeat, onTrouble),
    link.listen(subjects.pulse('to', slot), ({ data }) => channel.beat(data), onTrouble),
  ]
  return channel
}
