// The built command line as a benchmark calls it.
import { fileURLToPath } from 'node:url'
import { run } from './process.mjs'

export const onrush = fileURLToPath(new URL('../../bin/onrush.js', import.meta.url))

/** `name`: a script of bench/scripts. */
export const command = (name, ...args) => [
  process.execPath,
  onrush,
  'run',
  fileURLToPath(new URL(`../scripts/${name}.ts`, import.meta.url)),
  '--headless',
  '--no-preflight',
  ...args,
]

/** The result of a run, with the CPU time it took. `options` as for `run`, and `evenFailed`. */
export async function resultOf(name, args, options) {
  const out = await run(command(name, '--quiet', ...args, '--json', '-'), options)
  if (out.code !== 0 && !(options?.evenFailed && out.stdout !== ''))
    throw new Error(`onrush exited ${out.code}\n${out.stderr}`)
  return { ...JSON.parse(out.stdout), cpuSec: out.cpuSec }
}
