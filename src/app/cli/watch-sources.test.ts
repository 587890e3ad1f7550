import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Problem } from '../../contracts/problem.ts'
import { rule } from '../../model/plan/threshold.test-kit.ts'
import { localPorts } from './local-ports.ts'
import { chooseSettings, type Settings } from './settings.ts'
import { parseSource, type WatchSource, watchingOf } from './watch-sources.ts'
import { unwatchedRules } from './watched-rules.ts'

async function watching(sources: {
  flags?: Record<string, unknown>
  environment?: Record<string, string>
  config?: Record<string, unknown>
  plan?: unknown
  folder?: string
}) {
  const { flags = {}, environment = {}, config } = sources
  const settings = chooseSettings({
    flags,
    environment,
    config: config && { path: 'onrush.config.ts', values: config },
  })
  if (Array.isArray(settings)) throw new Error(JSON.stringify(settings))
  const problems: Problem[] = []
  const found = await watchingOf(
    settings as Settings,
    sources.plan,
    problems,
    sources.folder ?? import.meta.dirname,
  )
  return { ...found, names: found.sources.map(({ name, text }) => `${name} ${text}`), problems }
}

describe('what is watched', () => {
  it('comes from the command line and the plan together, each with a name of its own', async () => {
    const { names, findsTarget } = await watching({
      flags: { watch: ['redis://a', 'redis://b', 'db=pid:7'] },
      plan: { watch: ['host', 'cmd:echo a 1; echo b 2'] },
    })
    expect(names).toEqual([
      'redis redis://a',
      'redis2 redis://b',
      'db pid:7',
      'host host',
      'command cmd:echo a 1; echo b 2',
    ])
    expect(findsTarget).toBe(true)
  })

  it('is nothing at all where somebody said so, wherever', async () => {
    const plan = { watch: ['host'] }
    for (const off of [
      { flags: { watch: false } },
      { environment: { ONRUSH_WATCH: 'false' } },
      { config: { watch: false } },
    ]) {
      expect(await watching({ ...off, plan })).toMatchObject({ names: [], findsTarget: false })
    }
  })

  it('is split at semicolons and lines in the environment, never at commas or blanks', async () => {
    const environment = { ONRUSH_WATCH: 'http://a/metrics#b,c; cmd:echo a 1' }
    expect((await watching({ environment })).names).toEqual([
      'metrics http://a/metrics#b,c',
      'command cmd:echo a 1',
    ])
  })

  it('a source that is called target takes the place of the one that would be found', async () => {
    expect((await watching({ flags: { watch: ['target=pid:7'] } })).findsTarget).toBe(false)
  })

  it('every mistake is said with its place, at once', async () => {
    const { problems } = await watching({
      flags: { watch: ['pid:x', 'http://a/metrics#1'] },
      plan: { watch: ['host', 7] },
    })
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['E_WATCH', '--watch'],
      ['E_WATCH', 'plan.watch[1]'],
      ['E_WATCH', '--watch'],
    ])
  })

  it('never shows a secret, whatever it holds', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12,20}$/), (secret) => {
        for (const text of [
          `redis://user:${secret}@host`,
          `http://${secret}:x@host/metrics?token=${secret}#a`,
          `redis://user:${secret}@[bad`,
        ]) {
          const { text: _, ...rest } = { text: '', ...parseSource(text, 'here', []) }
          expect(JSON.stringify(rest)).not.toContain(secret)
        }
      }),
    )
  })
})

it('a base URL leads to this machine or it does not', () => {
  expect(
    localPorts([
      'http://localhost:3000/x',
      'http://127.0.0.9',
      'https://[::1]',
      'http://shop.localhost:3000',
      'http://example.com:8080',
      'http://192.168.0.1:81',
      'nonsense',
    ]),
  ).toEqual([3000, 80, 443])
})

it('a rule about what nobody watches is refused, with the names there are', () => {
  const text = 'monitor(db.cpu) < 1%'
  const thresholds = [rule(text)]
  const source = (name: string): WatchSource => ({
    kind: 'host',
    name,
    text: 'host',
    shown: 'host',
  })
  const refused = (sources: readonly WatchSource[], hosts: readonly string[]) =>
    unwatchedRules({ thresholds }, { sources, findsTarget: true }, hosts)
  expect(refused([source('host')], ['http://localhost'])).toMatchObject([
    { code: 'E_WATCH', path: text, why: 'watched are host, target' },
  ])
  expect(refused([], ['http://example.com'])[0]!.why).toContain('not on this machine')
  expect(refused([source('db')], [])).toEqual([])
})
