/**
 * `onrush worker --join URL`: keeps worker processes ready that serve runs of coordinators elsewhere, one process per run, so that no
 * run inherits anything of the one before. This process makes no load and reads no script; it starts the next worker when one
 * has served, and ends when it is told to.
 */
import { hostname } from 'node:os'
import { EXIT, OnrushError, problem } from '../../kernel/errors.ts'
import { maskAddress } from '../../kernel/mask-address.ts'
import { measurePower } from '../../run/worker/power.ts'
import { dialOf } from './join-settings.ts'
import { labelsOf } from './labels.ts'
import { takeLeash } from './leash.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import type { Terminal } from './terminal.ts'
import { WorkerSeat } from './worker-seat.ts'
import { workerCount } from './workers.ts'

/** Resolves at the first signal, when its workers have ended. */
export async function workerCommand(flags: Flags, terminal: Terminal): Promise<number> {
  const { name, label, ...settable } = flags
  const labels = labelsOf(label, '--label')
  const { settings } = await readSettings(settable, terminal)
  const machine = typeof name === 'string' ? name : hostname()
  const named = dialOf(settings, terminal, `onrush worker ${machine}`)
  const leash = named?.url === '-' ? await takeLeash(process.stdin) : undefined
  const url = leash === undefined ? named?.url : leash.joinUrl
  if (named === undefined || url === undefined) throw new OnrushError([noServer()])
  const dial = { ...named, url }
  const count = workerCount(settings.text('workers'))
  const stopping = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
    void leash?.ended.then(resolve)
  })
  const facts = { power: await measurePower(count), labels }
  const seats = Array.from({ length: count }, (_, at) => {
    const order = { ...dial, facts, name: count === 1 ? machine : `${machine}-${at + 1}` }
    return new WorkerSeat(order, terminal.environment, (text) =>
      terminal.err(` ${order.name}: ${text}\n`),
    )
  })
  try {
    const whyNot = await Promise.race([Promise.all(seats.map((each) => each.joined)), stopping])
    const problems = (whyNot ?? []).flat()
    if (problems.length > 0) throw new OnrushError(problems.slice(0, 1))
    if (whyNot !== undefined) terminal.err(` joined ${maskAddress(dial.url)}; Ctrl-C ends it\n`)
    await stopping
  } finally {
    await Promise.all(seats.map((each) => each.close()))
  }
  return EXIT.passed
}

const noServer = () =>
  problem(
    'E_USAGE',
    '--join',
    'no NATS server was named',
    'a worker finds its coordinators there',
    'onrush worker --join nats://loadbox:4222',
  )
