/** A run without `--output` must not start later because there are outputs. */
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))
/** What a plain run loads, one after the other. */
const PLAIN = ['main', 'run-command', 'run-prepared', 'prepare', 'execute'].map(
  (name) => `app/cli/${name}.ts`,
)
const ON_DEMAND =
  /^(run\/outbound|model\/export|plugins\/outputs\/(jsonl|prometheus|prometheus-rw|otlp|influx|statsd|postgres|hdr))\//

/** All files that come with `file`: static imports of values; types are gone by then, and `import()` comes later. */
function loadedWith(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = readFileSync(join(SRC, file), 'utf8')
  for (const [, what, specifier] of text.matchAll(
    /^(?:import|export) ([^'"=]*?)(?:from )?'(\.[^']+\.ts)'/gm,
  )) {
    if (!what!.startsWith('type ')) loadedWith(posix.join(posix.dirname(file), specifier!), seen)
  }
  return seen
}

test('a plain run loads no output that it was not asked for', () => {
  const loaded = new Set<string>()
  for (const file of [...PLAIN, 'app/entry/worker-process.ts']) loadedWith(file, loaded)
  // The walk sees what a run needs …
  expect(loaded).toContain('run/coordinator/start-run.ts')
  expect(loaded).toContain('plugins/outputs/json/result-file.ts')
  // … and of the outputs nothing.
  expect([...loaded].filter((file) => ON_DEMAND.test(file))).toEqual([])
  expect(loaded).not.toContain('app/cli/open-outputs.ts')
  expect(
    [...loadedWith('app/cli/open-outputs.ts', new Set())].some((file) => ON_DEMAND.test(file)),
  ).toBe(true)
})
