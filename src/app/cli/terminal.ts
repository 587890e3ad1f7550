/**
 * The process's own terminal, environment and streams, in one place, so that everything else of the command line can
 * be handed a fake. Standard output carries results, standard error everything else.
 */
import { createInterface } from 'node:readline/promises'
import { isAttended, type Style, styleFor } from '../../plugins/outputs/console/style.ts'

export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folder: string
  /** A person watches and can answer. */
  readonly attended: boolean
  /** For standard error; asked anew at each drawing because the width changes. */
  style(): Style
  /** For standard output, which may be a file while standard error is a terminal. */
  outStyle(): Style
  setColour(colour: boolean | undefined): void
  out(text: string): void
  err(text: string): void
  /** Undefined when nobody can answer. */
  ask(question: string): Promise<string | undefined>
  /** Tells every key, Ctrl-C too, until the returned function is called; undefined when nobody is there to press one. */
  keys(onKeys: (typed: string) => void): (() => void) | undefined
  /** Ctrl-C, as the system would have sent it. */
  interrupt(): void
}

export function processTerminal(): Terminal {
  let colour: boolean | undefined
  const facts = (stream: NodeJS.WriteStream = process.stderr) => ({
    isTerminal: stream.isTTY === true,
    columns: stream.columns,
    environment: process.env,
    colour,
  })
  const attended = isAttended(facts()) && process.stdin.isTTY === true
  return {
    environment: process.env,
    folder: process.cwd(),
    attended,
    style: () => styleFor(facts()),
    outStyle: () => styleFor(facts(process.stdout)),
    setColour: (wanted) => {
      colour = wanted
    },
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    async ask(question) {
      if (!attended) return undefined
      const reader = createInterface({ input: process.stdin, output: process.stderr })
      try {
        return await reader.question(question)
      } finally {
        reader.close()
      }
    },
    interrupt: () => void process.kill(process.pid, 'SIGINT'),
    keys(onKeys) {
      if (!attended) return undefined
      const { stdin } = process
      const listen = (typed: string): void => onKeys(typed)
      stdin.setRawMode(true).setEncoding('utf8').on('data', listen)
      return () => {
        stdin.off('data', listen)
        stdin.setRawMode(false).pause()
      }
    },
  }
}
