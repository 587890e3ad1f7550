import { createSocket } from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import * as hdr from 'hdr-histogram-js'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OUTPUT_KINDS } from '../../src/app/cli/output-kinds.ts'
import type { RunResult } from '../../src/contracts/result.ts'
import { VirtualClock } from '../../src/kernel/clock.ts'
import { Postgres, postgresFolder } from '../../src/load/data/postgres.test-kit.ts'
import { RUN, seriesOf, windowOf } from '../../src/model/export/window.test-kit.ts'
import {
  readExposition,
  readLineProtocol,
  readStatsd,
  readWriteRequest,
} from '../contracts/far-ends.test-kit.ts'
import { HttpSink, type Posted } from '../contracts/http-sink.test-kit.ts'
import {
  type BadRig,
  type OutputRigs,
  outputContract,
  type Rig,
  until,
} from '../contracts/output.ts'
import { closedPort } from '../e2e/cli.test-kit.ts'

async function openOutput(kind: string, where: string, folder = '/nowhere') {
  const clock = new VirtualClock()
  const said: string[] = []
  const say = (text: string): unknown => said.push(text)
  return { output: await OUTPUT_KINDS[kind]!(where, { folder, clock, say }), clock, said }
}

/** Those that POST: `requests` reads all that was posted. */
function overHttp(
  kind: string,
  path: string,
  requests: (posted: readonly Posted[]) => number,
): OutputRigs {
  const rigTo = async (sink: HttpSink): Promise<BadRig> => ({
    ...(await openOutput(kind, `http://127.0.0.1:${sink.port}${path}`)),
    requests: () => requests(sink.posted),
    reached: (count) => sink.reached(count),
    close: () => sink.close(),
  })
  return {
    make: async () => rigTo(await new HttpSink().open()),
    makeSilent: async () => rigTo(await new HttpSink(null).open()),
    makeDead: async () => ({
      ...(await openOutput(kind, `http://127.0.0.1:${await closedPort()}${path}`)),
      requests: () => 0,
      close: () => undefined,
    }),
  }
}

/** Those that send datagrams. The far end waits for all that was on its way: loopback loses nothing that fits its buffer. */
function overUdp(
  kind: string,
  where: (port: number) => string,
  requests: (text: string) => number,
): OutputRigs {
  return {
    make: async () => {
      const socket = createSocket('udp4')
      let text = ''
      let last = ''
      socket.on('message', (message) => {
        last = message.toString()
        text += last
      })
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
      const { port } = socket.address()
      const rig: Rig = {
        ...(await openOutput(kind, where(port))),
        requests: async () => {
          const end = createSocket('udp4')
          await new Promise((resolve) => end.send('END', port, '127.0.0.1', resolve))
          await until(() => last === 'END')
          end.close()
          return requests(text.slice(0, -'END'.length))
        },
        close: () => void socket.close(),
      }
      return rig
    },
    makeDead: async () => {
      const socket = createSocket('udp4')
      await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
      const { port } = socket.address()
      await new Promise<void>((resolve) => socket.close(() => resolve()))
      return { ...(await openOutput(kind, where(port))), requests: () => 0, close: () => undefined }
    },
  }
}

function toFile(kind: string, requests: (text: string) => number): OutputRigs {
  return {
    make: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'onrush-output-'))
      return {
        ...(await openOutput(kind, 'sub/file', folder)),
        requests: () => requests(readFileSync(join(folder, 'sub/file'), 'utf8')),
        close: () => rmSync(folder, { recursive: true }),
      }
    },
  }
}

/** The newest version of each second. */
function pointRequests(text: string): number {
  const newest = new Map<string, number>()
  for (const { measurement, tags, fields, time } of readLineProtocol(text)) {
    if (measurement === 'onrush_series' && tags['name'] === '/cart') {
      newest.set(time, fields['requests']!)
    }
  }
  return [...newest.values()].reduce((sum, each) => sum + each, 0)
}

describe('influx over HTTP', () => {
  const path = '/api/v2/write?org=o&bucket=b'
  outputContract(
    overHttp('influx', path, (posted) => {
      for (const each of posted) expect(each.path).toBe(path)
      return pointRequests(posted.map(({ body }) => body.toString()).join(''))
    }),
  )
})
describe('influx over UDP', () => {
  outputContract(overUdp('influx', (port) => `udp://127.0.0.1:${port}`, pointRequests))
})
describe('statsd', () => {
  const key = 'onrush.http.GET.cart.requests'
  outputContract(
    overUdp(
      'statsd',
      (port) => `127.0.0.1:${port}`,
      (text) => readStatsd(text).get(key) ?? 0,
    ),
  )
})
describe('statsd with tags', () => {
  const key = 'onrush.requests|#kind:http,method:GET,name:/cart'
  outputContract(
    overUdp(
      'statsd',
      (port) => `127.0.0.1:${port}?tags`,
      (text) => readStatsd(text).get(key) ?? 0,
    ),
  )
})
describe('prometheus remote write', () => {
  outputContract(
    overHttp('prometheus-rw', '/api/v1/write', (posted) => {
      const seen = posted.map(({ headers, body }) => {
        expect(headers['content-encoding']).toBe('snappy')
        expect(headers['content-type']).toBe('application/x-protobuf')
        const all = readWriteRequest(body)
        expect(new Set(all.map(({ timestamp }) => timestamp)).size).toBe(1)
        return all.find(
          ({ labels }) =>
            labels['__name__'] === 'onrush_requests_total' && labels['name'] === '/cart',
        )!
      })
      const times = seen.map(({ timestamp }) => timestamp)
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
      return seen.at(-1)!.value
    }),
  )
})
describe('otlp', () => {
  outputContract(
    overHttp('otlp', '', (posted) => {
      const last = posted.at(-1)!
      expect(last.path).toBe('/v1/metrics')
      const { scopeMetrics } = JSON.parse(last.body.toString()).resourceMetrics[0]
      type Metric = {
        name: string
        sum: { isMonotonic: boolean; dataPoints: { asDouble: number }[] }
      }
      const requests = (scopeMetrics[0].metrics as Metric[]).find(
        ({ name }) => name === 'onrush.requests',
      )!
      expect(requests.sum.isMonotonic).toBe(true)
      return requests.sum.dataPoints[0]!.asDouble
    }),
  )
})
describe('jsonl', () => {
  const schemas = ['onrush.result.1.json', 'onrush.window.1.json'].map((name) =>
    JSON.parse(readFileSync(new URL(`../../schema/${name}`, import.meta.url), 'utf8')),
  )
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })
  ajv.addSchema(schemas[0])
  const validate = ajv.compile(schemas[1])
  outputContract(
    toFile('jsonl', (text) => {
      const newest = new Map<number, number>()
      for (const line of text
        .split('\n')
        .filter(Boolean)
        .map((each) => JSON.parse(each))) {
        validate(line)
        expect(validate.errors).toBeNull()
        newest.set(line.window, line.series[0].requests)
      }
      return [...newest.values()].reduce((sum, each) => sum + each, 0)
    }),
  )
})
describe('hlog', () => {
  outputContract(
    toFile('hlog', (text) => {
      const [all, tagged] = [0, 0]
      const sums = { all, tagged }
      for (const line of text.split('\n').filter((each) => /^(Tag=|\d)/.test(each))) {
        const histogram = hdr.decodeFromCompressedBase64(line.slice(line.lastIndexOf(',') + 1))
        sums[line.startsWith('Tag=GET_/cart,') ? 'tagged' : 'all'] += histogram.totalCount
      }
      expect(sums.tagged).toBe(sums.all)
      return sums.tagged
    }),
  )
})
describe('hgrm', () => {
  outputContract(toFile('hgrm', (text) => Number(/Total count {4}= +(\d+)\]/.exec(text)?.[1])))
})
describe('prometheus', () => {
  outputContract({
    make: async () => {
      const opened = await openOutput('prometheus', ':0')
      const { output } = opened as unknown as { output: { port: number; stop(): void } }
      const stop = output.stop.bind(output)
      let text = ''
      output.stop = async () => {
        const answer = await fetch(`http://127.0.0.1:${output.port}/metrics`)
        expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
        text = await answer.text()
        stop()
      }
      const key = 'onrush_requests_total{run="run-1",kind="http",method="GET",name="/cart"}'
      return {
        ...opened,
        requests: () => readExposition(text).get(key) ?? Number.NaN,
        close: () => undefined,
      }
    },
  })

  test('the endpoint has nothing but its metrics, for this machine under its own names', async () => {
    const { output } = await openOutput('prometheus', '0')
    const { port } = output as unknown as { port: number }
    const ask = (path: string, method: string, host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const options = { host: '127.0.0.1', port, path, method, headers: { host } }
        const sent = request(options, (answer) => resolve(answer.resume().statusCode))
        sent.once('error', reject).end()
      })
    expect(await ask('/metrics', 'GET', `localhost:${port}`)).toBe(200)
    expect(await ask('/metrics?a=b', 'HEAD', `[::1]:${port}`)).toBe(200)
    expect(await ask('/metrics', 'POST', 'localhost')).toBe(405)
    expect(await ask('/', 'GET', 'localhost')).toBe(404)
    expect(await ask('/metrics', 'GET', 'evil.example')).toBe(403)
    output.close()
  })
})

describe.skipIf(postgresFolder === undefined)('a real PostgreSQL', () => {
  let server: Postgres
  let client: Client
  beforeAll(async () => {
    server = await new Postgres().ready()
    client = new Client({ connectionString: server.url() })
    await client.connect()
  })
  afterAll(async () => {
    await client.end()
    await server.close()
  })
  outputContract({
    make: async () => {
      await client.query('drop table if exists onrush_series, onrush_seconds')
      return {
        ...(await openOutput('postgres', server.url())),
        requests: async () => {
          const { rows } = await client.query(
            `select sum(requests)::int as requests, max(response_ms_max) as max from onrush_series
             join onrush_seconds using (run, at) where run = 'run-1' and name = '/cart' and plan = 'shop'`,
          )
          expect(rows[0].max).toBeGreaterThanOrEqual(20)
          return rows[0].requests
        },
        close: () => undefined,
      }
    },
    makeSilent: async () => {
      let connections = 0
      const mute = createServer((socket) => {
        connections++
        socket.on('error', () => undefined)
      })
      await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
      const { port } = mute.address() as AddressInfo
      return {
        ...(await openOutput('postgres', `postgres://me:geheim@127.0.0.1:${port}/load`)),
        requests: () => 0,
        reached: (count) => until(() => connections >= count),
        close: () => void mute.close(),
      }
    },
    makeDead: async () => ({
      ...(await openOutput('postgres', `postgres://127.0.0.1:${await closedPort()}/load`)),
      requests: () => 0,
      close: () => undefined,
    }),
  })

  test('takes any name and the query of the guide, and refuses a wrong password without repeating it', async () => {
    await client.query('drop table if exists onrush_series, onrush_seconds')
    const { output, said } = await openOutput('postgres', server.url())
    output.start?.(RUN)
    const names = ['\0zero', '\ud800half', `quote'"`, '🦆'.repeat(100)]
    const tags = { region: '\0\udfff' }
    output.onWindow?.(
      windowOf(
        0,
        names.map((name) => seriesOf(name, [], { tags })),
      ),
      [],
    )
    await output.stop?.({} as RunResult)
    expect(said).toEqual([])
    const { rows } = await client.query('select name, tags from onrush_series order by name')
    expect(rows).toHaveLength(4)
    const guide = readFileSync(new URL('../../docs/guide/outputs.md', import.meta.url), 'utf8')
    await client.query(/```sql\n([^`]+)```/.exec(guide)![1]!)
    const wrong = await openOutput('postgres', server.url('geheim/42'))
    wrong.output.start?.(RUN)
    wrong.output.onWindow?.(windowOf(0, []), [])
    await wrong.output.stop?.({} as RunResult)
    expect(wrong.said).toEqual([expect.stringContaining('password authentication failed')])
    expect(wrong.said.join()).not.toContain('geheim')
  })
})
