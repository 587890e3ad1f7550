import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EXIT } from '../../src/kernel/errors.ts'
import { METRICS, prometheusName } from '../../src/model/export/metric-table.ts'
import { HttpSink } from '../contracts/http-sink.test-kit.ts'
import { CliFolder, closedPort, GET, scriptOf, Target } from './cli.test-kit.ts'
import { Project } from './project.test-kit.ts'
import { hasPrometheus, Prometheus } from './prometheus.test-kit.ts'

const SECRET = 'geheim/42'
const ARGS = ['shop.ts', '-u', '2', '-t', '2s', '--quiet', '--json', '-']
let folder: CliFolder
let target: Target
beforeAll(async () => {
  folder = new CliFolder()
  target = await new Target().open()
  folder.write('shop.ts', scriptOf(GET, target.url))
})
afterAll(async () => {
  await target.close()
  folder.remove()
})
const outputs = (...wanted: string[]): string[] => wanted.flatMap((each) => ['--output', each])

describe('a run with outputs', () => {
  test('tells them what its result says', async () => {
    const sink = await new HttpSink().open()
    const { code, out, err } = await folder.run(
      ...ARGS,
      ...outputs('jsonl=out/run.jsonl', 'hgrm=out/run.hgrm', 'hlog=out/run.hlog'),
      ...outputs(`influx=http://127.0.0.1:${sink.port}/write?db=load&token=${SECRET}`),
    )
    await sink.close()
    expect(code, err).toBe(EXIT.passed)
    const { totals, run } = JSON.parse(out)
    expect(totals.requests).toBeGreaterThan(20)
    const lines = readFileSync(join(folder.path, 'out/run.jsonl'), 'utf8').trim().split('\n')
    const windows = lines.map((line) => JSON.parse(line))
    const newest = new Map(windows.map((each) => [each.window, each.totals.requests as number]))
    expect([...newest.values()].reduce((sum, each) => sum + each, 0)).toBe(totals.requests)
    expect(windows[0].run).toBe(run.id)
    expect(readFileSync(join(folder.path, 'out/run.hgrm'), 'utf8')).toMatch(
      new RegExp(`Total count {4}= +${totals.requests}\\]`),
    )
    expect(sink.posted.length).toBeGreaterThanOrEqual(2)
    for (const { path, headers } of sink.posted) {
      expect(path).toBe('/write?db=load')
      expect(headers.authorization).toBe(`Token ${SECRET}`)
    }
    expect(out + err).not.toContain(SECRET)
  })

  test('passes although a system is dead, says so once, and shows no secret', async () => {
    const address = `http://me:${encodeURIComponent(SECRET)}@127.0.0.1:${await closedPort()}/api/v1/write`
    const { code, out, err } = await folder.run(...ARGS, ...outputs(`prometheus-rw=${address}`))
    expect(code, err).toBe(EXIT.passed)
    expect(err).toMatch(/prometheus-rw \(http:\/\/•••@127.0.0.1:\d+\/api\/v1\/write\)/)
    expect(err.match(/prometheus-rw/g)!.length).toBeLessThanOrEqual(2)
    expect(err).toContain('ECONNREFUSED')
    expect(out + err).not.toMatch(/geheim/)
  })

  test('a system that refuses and repeats what it was told is not quoted with the secret', async () => {
    const sink = await new HttpSink(({ headers }) => ({
      status: 401,
      text: `no such token: ${headers.authorization}`,
    })).open()
    const where = `otlp=http://127.0.0.1:${sink.port}/?token=${SECRET}`
    const { code, err } = await folder.run(...ARGS, ...outputs(where))
    await sink.close()
    expect(code, err).toBe(EXIT.passed)
    expect(sink.posted[0]!.path).toBe('/v1/metrics')
    expect(sink.posted[0]!.headers.authorization).toBe(`Bearer ${SECRET}`)
    expect(err).toContain('it answered 401: no such token: Bearer •••')
    expect(err).not.toMatch(/geheim/)
  })

  test('all that cannot be opened is said before any load, without secrets', async () => {
    const before = target.requests
    const wanted = ['influks=http://x', `influx=ftp://me:${SECRET}@host/x`, 'prometheus=here']
    const { code, out, err } = await folder.run(...ARGS, ...outputs(...wanted, 'hlog='))
    expect(code).toBe(EXIT.usage)
    expect(out).toBe('')
    expect(err).toContain('did you mean "influx"?')
    expect(err).toContain('influx=ftp://•••@host/x')
    expect(err).toContain('prometheus=:9464')
    expect(err).toContain('the output "hlog" needs a place')
    expect(err).not.toMatch(/geheim/)
    // Preflight looks once whether the target is there.
    expect(target.requests - before).toBeLessThanOrEqual(1)
  })

  test('a port that is taken is said before any load', async () => {
    const { code, err } = await folder.run(...ARGS, ...outputs(`prometheus=:${target.port}`))
    expect(code).toBe(EXIT.usage)
    expect(err).toContain('EADDRINUSE')
  })

  test('a package that an output needs is named with how it is installed', async () => {
    const project = new Project()
    const where = `postgres=postgres://me:${encodeURIComponent(SECRET)}@127.0.0.1/load`
    const { code, err } = await project.onrush('run', scriptOf(GET, target.url), [
      ...['-u', '1', '-t', '1s'],
      ...outputs(where),
    ])
    project.remove()
    expect(code).toBe(EXIT.usage)
    expect(err).toContain('npm install pg')
    expect(err).not.toMatch(/geheim/)
  })

  test('they may be given in the configuration, and in the environment, which is stronger', async () => {
    const project = new CliFolder()
    project.write('shop.ts', scriptOf(GET, target.url))
    project.write('onrush.config.ts', "export default { output: ['jsonl=a b.jsonl'] }\n")
    const args = ['shop.ts', '-u', '1', '-t', '1s', '--quiet']
    const first = await project.run(...args)
    expect(first.code, first.err).toBe(EXIT.passed)
    expect(readdirSync(project.path)).toContain('a b.jsonl')
    const variable = "export ONRUSH_OUTPUT='hgrm=c.hgrm; hlog=d.hlog'"
    const second = await project.start(args, `rm 'a b.jsonl'; ${variable}`).ended
    expect(second.code, second.err).toBe(EXIT.passed)
    const files = readdirSync(project.path)
    expect(files).toEqual(expect.arrayContaining(['c.hgrm', 'd.hlog']))
    expect(files).not.toContain('a b.jsonl')
    project.remove()
  })

  test('the settings are explained without secrets', async () => {
    const where = `influx=http://127.0.0.1:1/write?db=load&p=${SECRET}`
    const { out } = await folder.run('shop.ts', '--explain-config', ...outputs(where))
    expect(out).toContain('influx=http://127.0.0.1:1/write?db=load&p=•••')
    expect(out).not.toMatch(/geheim/)
  })
})

const dashboard = JSON.parse(
  readFileSync(new URL('../../deploy/grafana/onrush.json', import.meta.url), 'utf8'),
) as { panels: { title: string; targets: { expr: string }[] }[] }
const expressions = dashboard.panels.flatMap(({ targets }) =>
  targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$run', '.*')),
)

describe.skipIf(!hasPrometheus)('a real Prometheus', () => {
  test('takes remote write, and has the requests and percentiles of the result', async () => {
    const prometheus = await new Prometheus().open()
    const { code, out, err } = await folder.run(
      ...[...ARGS, '--threshold', 'errors < 1%'],
      ...outputs(`prometheus-rw=${prometheus.url}/api/v1/write`),
    )
    expect(code, err).toBe(EXIT.passed)
    expect(err).not.toContain('does not arrive')
    const { totals, run } = JSON.parse(out)
    const of = `{run="${run.id}"}`
    const one = async (query: string) => Number((await prometheus.query(query))[0]?.value[1])
    expect(await one(`sum(onrush_requests_total${of})`)).toBe(totals.requests)
    expect(await one(`sum(onrush_response_seconds_bucket{run="${run.id}",le="+Inf"})`)).toBe(
      totals.requests,
    )
    const meanMs = await one(
      `1000 * sum(onrush_response_seconds_sum${of}) / sum(onrush_response_seconds_count${of})`,
    )
    expect(meanMs).toBeCloseTo(totals.responseMs.mean, 3)
    const [threshold] = await prometheus.query(`onrush_threshold_passed${of}`)
    expect(threshold).toMatchObject({
      metric: { rule: 'errors < 1%' },
      value: [expect.anything(), '1'],
    })
    for (const expression of expressions) await prometheus.query(expression)
    await prometheus.close()
  })

  test('scrapes the endpoint, and every panel of the dashboard has metrics that are there', async () => {
    const port = await closedPort()
    const prometheus = await new Prometheus(`127.0.0.1:${port}`).open()
    const args = [...ARGS, '-t', '60s', '--threshold', 'errors < 1%']
    const started = folder.start([...args, ...outputs(`prometheus=:${port}`)])
    let served: readonly string[] = []
    const isThere = async (): Promise<boolean> => {
      const [requests] = await prometheus.query('sum(onrush_requests_total)')
      const found = await prometheus.query('count by (__name__) ({run!=""})')
      served = found.map(({ metric }) => metric['__name__']!)
      return Number(requests?.value[1]) > 0
    }
    while (!(await isThere())) await new Promise((resolve) => setImmediate(resolve))
    started.child.kill('SIGINT')
    expect((await started.ended).code).toBe(EXIT.interrupted)
    const [up] = await prometheus.query('max_over_time(up{job="onrush"}[1m])')
    expect(up?.value[1]).toBe('1')
    const names = Object.values(METRICS).map(prometheusName)
    expect(
      served
        .map((name) => name.replace(/_(bucket|sum|count)$/, ''))
        .every((name) => names.includes(name)),
    ).toBe(true)
    // What this run has none of: errors, checks, something to watch.
    const absent = /^onrush_(errors|checks|monitored)/
    for (const expression of expressions) {
      for (const [name] of expression.matchAll(/onrush_\w+/g)) {
        if (!absent.test(name)) expect(served, expression).toContain(name)
      }
    }
    await prometheus.close()
  })
})
