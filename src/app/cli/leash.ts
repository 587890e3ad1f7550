/**
 * Workers on a leash: `onrush worker --join -` reads the server's address as the first line of standard input, where no list of processes
 * shows it, and ends when that input ends or is silent for too long. So whoever started it from elsewhere need not find it again: when
 * the line between them is gone, for whatever reason, so are the workers.
 */
import { createInterface } from 'node:readline'

/** The holder writes an empty line so often … */
export const LEASH_BEAT_MS = 5_000
/** … and after so long without any, it is taken for gone. */
const LEASH_SILENT_MS = 30_000

export interface Leash {
  /** The first line; undefined when there was none. */
  readonly joinUrl: string | undefined
  /** The holder is gone. */
  readonly ended: Promise<void>
}

/** Resolves with the first line. */
export function takeLeash(input: NodeJS.ReadableStream): Promise<Leash> {
  const lines = createInterface({ input })
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let silence = setTimeout(() => lines.close(), LEASH_SILENT_MS)
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      clearTimeout(silence)
      silence = setTimeout(() => lines.close(), LEASH_SILENT_MS)
      resolve({ joinUrl: line === '' ? undefined : line, ended })
    })
    lines.once('close', () => {
      clearTimeout(silence)
      resolve({ joinUrl: undefined, ended })
      end()
    })
  })
}
