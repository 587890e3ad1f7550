/** The worker's end of the `process` transport: messages over Node's own channel to the process that forked us. */
import type { Channel, ChannelEnd, Command, Report } from '../../../contracts/wire.ts'
import { asCommand } from '../../../run/wire/messages.ts'

/** Throws when this process was not forked with a message channel. */
export function parentChannel(process: NodeJS.Process): Channel<Command, Report> {
  if (process.send === undefined) {
    throw new Error('a worker process is started by `onrush run`, not by hand')
  }
  return new ParentChannel(process)
}

class ParentChannel implements Channel<Command, Report> {
  backlog = 0
  readonly closed: Promise<ChannelEnd>
  readonly #process: NodeJS.Process
  readonly #sent: () => void

  constructor(process: NodeJS.Process) {
    this.#process = process
    // An error means the coordinator is gone; `disconnect` says so to everybody.
    this.#sent = () => {
      this.backlog--
    }
    this.closed = new Promise((resolve) => {
      const gone = (): void => resolve({ clean: true, detail: 'the coordinator has gone' })
      process.once('disconnect', gone)
      // It may have died while this process was loading, before anybody listened.
      if (!process.connected) gone()
    })
  }

  send(message: Report): void {
    if (!this.#process.connected) return
    this.backlog++
    this.#process.send?.(message, undefined, undefined, this.#sent)
  }

  onMessage(handle: (message: Command) => void): void {
    this.#process.on('message', (value) => {
      const command = asCommand(value)
      if (command !== undefined) handle(command)
    })
  }

  close(): void {
    if (this.#process.connected) this.#process.disconnect?.()
  }
}
