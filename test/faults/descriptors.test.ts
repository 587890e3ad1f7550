/** A worker that runs out of file descriptors: its requests fail and say so, the worker itself goes on. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CliFolder, GET, resultOf, scriptOf, Target } from '../e2e/cli.test-kit.ts'

let folder: CliFolder
let target: Target
beforeEach(async () => {
  folder = new CliFolder()
  // Answers slowly, so that connections are many.
  target = await new Target((_, response) => void pause(1_500).then(() => response.end())).open()
})
afterEach(async () => {
  folder.remove()
  await target.close()
})

test('more connections than descriptors: failures of kind resources, and no worker is lost', async () => {
  folder.write('slow.ts', scriptOf(GET, target.url))
  const load = ['--arrivals', '200/s for 3s', '--users-max', '600', '--no-preflight', '--json', '-']
  const { ended } = folder.start(['slow.ts', ...load], 'ulimit -n 150')
  const result = resultOf(await ended)
  const { errors, generator, arrivals } = result
  expect(errors.map(({ kind }) => kind)).toContain('resources')
  expect(errors.find(({ kind }) => kind === 'resources')!.message).toMatch(/ulimit -n/)
  expect(generator.workers.map(({ lost }) => lost)).toEqual([false])
  expect(arrivals).toMatchObject({ due: 600, unknown: 0 })
  expect(result.totals.wireRequests).toBe(target.requests)
})
