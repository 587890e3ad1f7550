/** Feeders as people meet them: through the built command line, real worker processes and a target that keeps a list. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliFolder, Target } from './cli.test-kit.ts'

let folder: CliFolder
let target: Target
const paths: string[] = []
beforeAll(async () => {
  folder = new CliFolder()
  target = await new Target((request, response) => {
    paths.push(request.url!)
    response.end('ok')
  }).open()
})
afterAll(async () => {
  await target.close()
  folder.remove()
})

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)
const script = (make: string): string => `import { constant, feeder, HttpUser, task } from 'onrush'
const ids = ${make}
export class Reader extends HttpUser {
  static host = '${target.url}'
  waitTime = constant(0.01)
  @task read() { return this.client.get('/' + ids.next(this).id, { name: '/:id' }) }
}
`

test.each([1, 3])(
  'unique over %i worker process(es): the target sees every row once',
  async (workers) => {
    paths.length = 0
    folder.write('ids.csv', `id\n${upTo(300).join('\n')}\n`)
    const { result, err, code } = await folder.result(
      'unique.ts',
      script("feeder.csv('ids.csv', { pick: 'unique' })"),
      ...['-u', '12', '-r', '100', '-t', '30s', '--workers', String(workers), '--no-preflight'],
    )
    expect(code, err).toBe(0)
    expect(err).toContain('ids.csv has no further row')
    expect(paths.map((path) => Number(path.slice(1))).sort((a, b) => a - b)).toEqual(upTo(300))
    expect(result.totals.requests).toBe(300)
  },
)

test('after the loss of a worker no row comes twice, and the others hand out all of theirs', async () => {
  paths.length = 0
  target.pids.clear()
  folder.write('many.csv', `id\n${upTo(3000).join('\n')}\n`)
  const text = script("feeder.csv('many.csv', { pick: 'unique' })").replace(
    "name: '/:id'",
    "name: '/:id', headers: { 'x-pid': String(process.pid) }",
  )
  const load = ['-u', '12', '-r', '100', '-t', '60s', '--workers', '3', '--no-preflight']
  const { ended } = folder.start(['run', folder.write('lost.ts', text), ...load])
  await target.until(() => target.pids.size === 3 && paths.length > 100)
  process.kill([...target.pids][0]!, 'SIGKILL')
  await ended
  const rows = paths.map((path) => Number(path.slice(1)))
  expect(new Set(rows).size).toBe(rows.length)
  // Dealt in turn to three workers.
  const parts = [0, 1, 2].map((worker) => rows.filter((row) => row % 3 === worker).length)
  expect(parts.sort((a, b) => b - a).slice(0, 2)).toEqual([1000, 1000])
  expect(parts[2]).toBeLessThan(1000)
})

test('the same seed draws the same rows, one worker or two', async () => {
  folder.write(
    'rows.jsonl',
    upTo(1000)
      .map((id) => `{"id":${id}}\n`)
      .join(''),
  )
  const text = script("feeder.jsonl<{ id: number }>('rows.jsonl', { pick: 'shuffled' })").replace(
    '@task read()',
    'left = 5\n  @task read() { if (this.left-- === 0) this.stop(); else return this.read2() }\n  read2()',
  )
  const draws: string[][] = []
  for (const workers of ['1', '2']) {
    paths.length = 0
    const load = ['-u', '4', '-r', '100', '-t', '30s', '--seed', '5', '--no-preflight']
    const { code, err } = await folder.result('drawn.ts', text, ...load, '--workers', workers)
    expect(code, err).toBe(0)
    draws.push([...paths].sort())
  }
  expect(draws[0]).toHaveLength(20)
  expect(draws[1]).toEqual(draws[0])
})

describe('what is wrong with data', () => {
  const SHORT = ['-u', '1', '-t', '400ms', '--no-preflight']

  test('a file that is not there ends a run before any load, with the line that names it', async () => {
    folder.write('missing.ts', script("feeder.csv('nowhere.csv')"))
    const before = target.requests
    const { code, err } = await folder.run('run', 'missing.ts', ...SHORT)
    expect(code, err).toBe(2)
    for (const part of ['E_DATA', 'nowhere.csv', 'missing.ts:2', 'no load was sent']) {
      expect(err).toContain(part)
    }
    expect(target.requests).toBe(before)
  })

  test('check names every line that cannot be read; a run ends on it', async () => {
    folder.write('bad.csv', 'id,age\n1,20\n2,old\n3\n')
    folder.write(
      'bad.ts',
      script("feeder.csv<{ id: string; age: number }>('bad.csv', { types: { age: 'number' } })"),
    )
    const check = await folder.run('check', 'bad.ts')
    expect(check.code, check.err).toBe(2)
    for (const part of ['bad.csv:3', 'age is "old"', 'bad.csv:4', '1 field(s)']) {
      expect(check.err).toContain(part)
    }
    const run = await folder.run('run', 'bad.ts', ...SHORT)
    expect(run.code, run.err).toBe(2)
    expect(run.err).toContain('age is "old"')
  })

  test('check says how many rows a file has', async () => {
    folder.write('four.csv', 'id\na\nb\n\n"c"\nd')
    folder.write('four.ts', script("feeder.csv('four.csv')"))
    const { code, out, err } = await folder.run('check', 'four.ts')
    expect(code, err).toBe(0)
    expect(out).toContain('four.csv: 4 rows')
  })

  test('debug gives the first user the first row', async () => {
    paths.length = 0
    folder.write('two.csv', 'id\na\nb\n')
    folder.write('debug.ts', script("feeder.csv('two.csv')"))
    const { code, err } = await folder.run('debug', 'debug.ts')
    expect(code, err).toBe(0)
    expect(paths.at(-1)).toBe('/a')
  })
})
