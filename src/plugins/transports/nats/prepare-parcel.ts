/**
 * `prepare` is the one large command, and most of it is the same for every worker: bundle, plan, what `setup` returned. That part
 * becomes one parcel, uploaded once per run, which only workers of this run can read (`seal.ts`), and the command carries its hash. It is a structured clone, so that what `setup`
 * returned arrives as it does on one machine; who may send it may make a worker run a script anyway.
 */
import { deserialize, serialize } from 'node:v8'
import type { Command } from '../../../contracts/wire.ts'
import { asCommand } from '../../../run/wire/messages.ts'
import { messageLetter } from './envelope.ts'
import type { Parcels } from './parcels.ts'
import { decrypt, encrypt } from './seal.ts'

type Prepare = Command & { type: 'prepare' }

/** Of one run: the second `prepare` uses the parcel of the first. */
export class PrepareWriter {
  readonly #parcels: Parcels
  readonly #runKey: Uint8Array
  #hash: Promise<string> | undefined

  constructor(parcels: Parcels, runKey: Uint8Array) {
    this.#parcels = parcels
    this.#runKey = runKey
  }

  write(command: Command): Uint8Array | Promise<Uint8Array> {
    return command.type === 'prepare' ? this.#prepare(command) : messageLetter(command)
  }

  async #prepare(command: Prepare): Promise<Uint8Array> {
    const { plan, bundle, allowedHosts, shared, ...own } = command
    this.#hash ??= this.#parcels.put(
      encrypt(this.#runKey, serialize({ plan, bundle, allowedHosts, shared })),
    )
    const parcel = await this.#hash
    return messageLetter({ ...own, parcel } as unknown as Command)
  }
}

/** Rejects when the parcel is not there, was changed, is of another run, or was made by a Node that is too new for this one. */
export async function readCommand(
  value: unknown,
  parcels: Parcels,
  runKey: Uint8Array,
): Promise<Command | undefined> {
  const command = asCommand(value)
  if (command?.type !== 'prepare') return command
  const { parcel, ...own } = command as Prepare & { parcel: string }
  return { ...own, ...(deserialize(decrypt(runKey, await parcels.get(parcel))) as object) }
}
