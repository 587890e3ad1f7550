import { describe, expect, it } from 'vitest'
import type { LoadPlan } from '../../contracts/plan.ts'
import type { Problem } from '../../contracts/problem.ts'
import { tooFew } from './file-descriptors.ts'
import { planInput } from './plan-input.ts'
import { chooseSettings, explainSettings, type SettingSources, type Settings } from './settings.ts'
import { refuseHost } from './targets.ts'

const none: SettingSources = { flags: {}, environment: {}, config: undefined }
const choose = (sources: Partial<SettingSources>): Settings => {
  const settings = chooseSettings({ ...none, ...sources })
  if (Array.isArray(settings)) throw new Error(JSON.stringify(settings))
  return settings as Settings
}
const config = (values: Record<string, unknown>) => ({ path: 'onrush.config.ts', values })

describe('settings', () => {
  it('come from flag, environment, profile, configuration and default, in this order', () => {
    const values = { users: 1, seed: 1, host: 'c', profiles: { load: { users: 2, seed: 2 } } }
    const sources = {
      environment: { ONRUSH_USERS: '3', ONRUSH_PROFILE: 'load' },
      config: config(values),
    }
    expect(choose({ ...sources, flags: { users: '4' } }).text('users')).toBe('4')
    const settings = choose(sources)
    expect([
      settings.text('users'),
      settings.text('seed'),
      settings.text('host'),
      settings.text('workers'),
    ]).toEqual(['3', '2', 'c', '1'])
    expect(explainSettings(settings).join('\n')).toMatch(
      /seed\s+"2"\s+onrush.config.ts profiles.load.seed/,
    )
  })
  it('are explained without what is secret in them, in lists too', () => {
    const flags = {
      join: 'nats://S3CRET@host',
      store: 'postgres://me:S3CRET@db/x',
      watch: ['redis://:S3CRET@cache', 'host'],
      output: ['influx=http://host/write?token=S3CRET'],
    }
    const explained = explainSettings(choose({ flags })).join('\n')
    expect(explained).not.toContain('S3CRET')
    expect(explained).toContain('["redis://•••@cache","host"]')
  })
  it('take the rules of the history for a yes, and leave them to whoever keeps it', () => {
    expect(choose({}).on('history')).toBe(true)
    expect(choose({ config: config({ history: { keep: '1d' } }) }).on('history')).toBe(true)
    expect(choose({ config: config({ history: false }) }).on('history')).toBe(false)
    expect(choose({ environment: { ONRUSH_HISTORY: '0' } }).on('history')).toBe(false)
  })
  it('say every unknown key, variable and profile at once, with the nearest one', () => {
    const problems = chooseSettings({
      flags: { profile: 'laod' },
      environment: { ONRUSH_USER: '1', ONRUSH_TEST_DB: 'x', ONRUSH_LONG: '1' },
      config: config({ treshold: 'errors < 1%', profiles: { load: {} } }),
    }) as Problem[]
    expect(problems.map((each) => [each.code, each.fix])).toEqual([
      ['E_UNKNOWN_KEY', 'did you mean "threshold"?'],
      ['E_UNKNOWN_KEY', 'did you mean ONRUSH_USERS?'],
      ['E_CONFIG', 'did you mean "load"?'],
    ])
  })
  it('read lists, pairs and switches from the environment', () => {
    const settings = choose({
      environment: {
        ONRUSH_TAGS: 'a, b',
        ONRUSH_THRESHOLD: 'p95(GET /a, b) < 1s; errors < 1%',
        ONRUSH_TAG: 'k=v=w',
        ONRUSH_PREFLIGHT: 'false',
      },
    })
    expect(settings.list('tags')).toEqual(['a', 'b'])
    expect(settings.list('threshold')).toEqual(['p95(GET /a, b) < 1s', 'errors < 1%'])
    expect(settings.pairs('tag')).toEqual({ k: 'v=w' })
    expect(settings.on('preflight')).toBe(false)
  })
})

describe('the plan a run takes', () => {
  const script = {
    scenarios: { shop: { arrivals: '50/s', for: '5m', usersMax: 9 } },
    thresholds: ['errors < 1%'],
  }
  it('lets flags replace the kind of load of the one scenario, and rules add up', () => {
    const { input } = planInput(
      choose({ flags: { users: '10', threshold: ['p95(http) < 1s'] } }),
      script,
      undefined,
    )
    expect(input).toEqual({
      scenarios: { shop: { users: 10, for: '5m' } },
      thresholds: ['errors < 1%', 'p95(http) < 1s'],
    })
  })
  it('takes a shape with its own time, and drops what it has no use for', () => {
    const arrivals = '0 → 50/s over 10s'
    const taken = (flags: object, own: object = script.scenarios.shop) =>
      (
        planInput(choose({ flags: { ...flags } }), { scenarios: { shop: own } }, undefined).input[
          'scenarios'
        ] as { shop: unknown }
      )['shop']
    expect(taken({ arrivals })).toEqual({ arrivals, usersMax: 9 })
    expect(taken({ arrivals, runTime: '9s' })).toEqual({ arrivals, usersMax: 9, for: '9s' })
    const staged = { user: 'A', from: 3, stages: [], startAfter: '1s', gracefulRampDown: '1s' }
    expect(taken({ users: '0 → 9 over 1s' }, staged)).toEqual({
      ...{ user: 'A', users: '0 → 9 over 1s', startAfter: '1s', gracefulRampDown: '1s' },
    })
    expect(taken({ users: '9' }, staged)).toEqual({ user: 'A', users: 9, startAfter: '1s' })
    const iterating = { users: 5, iterations: 3, perUser: true, for: '1m' }
    expect(taken({ users: '9' }, iterating)).toEqual({ ...iterating, users: 9 })
    expect(taken({ arrivals }, iterating)).toEqual({ arrivals })
  })
  it('keeps thresholds in the form of k6 beside those of the command line', () => {
    const k6 = { http_reqs: ['count>5'] }
    const { input } = planInput(
      choose({ flags: { threshold: ['errors < 1%'] } }),
      { ...script, thresholds: k6 },
      undefined,
    )
    expect(input).toMatchObject({ thresholds: [k6, 'errors < 1%'] })
  })
  it('lets the script win over the configuration file', () => {
    const { input } = planInput(
      choose({ config: config({ users: 10, runTime: '1s' }) }),
      script,
      undefined,
    )
    expect(input['scenarios']).toEqual(script.scenarios)
    expect(
      planInput(choose({ config: config({ users: 10 }) }), undefined, undefined).input['scenarios'],
    ).toEqual({ main: { users: 10 } })
  })
  it('refuses one load for several scenarios, but takes one run time', () => {
    const two = { scenarios: { a: { users: 1 }, b: { users: 2 } } }
    expect(planInput(choose({ flags: { users: '10' } }), two, undefined).problems).toMatchObject([
      { code: 'E_USAGE', path: '--users' },
    ])
    expect(
      planInput(choose({ flags: { runTime: '9s' } }), two, undefined).input['scenarios'],
    ).toEqual({ a: { users: 1, for: '9s' }, b: { users: 2, for: '9s' } })
  })
  it('says which flags to give when nothing names a load, or falls back where nobody watches', () => {
    expect(planInput(choose({}), undefined, undefined).problems).toMatchObject([
      { code: 'E_NO_LOAD' },
    ])
    expect(planInput(choose({}), undefined, { users: 1, for: '10s' })).toMatchObject({
      fellBack: true,
      problems: [],
    })
  })
  it('refuses a number that is none', () => {
    expect(
      planInput(choose({ flags: { users: 'ten' } }), undefined, undefined).problems,
    ).toMatchObject([{ code: 'E_USAGE', path: '--users' }])
  })
})

describe('safety before load', () => {
  it('lets load go to loopback and private addresses, and to what was allowed', () => {
    const free = [
      'localhost',
      'a.localhost',
      '127.9.9.9',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.0.1',
      '192.168.1.1',
      '169.254.1.1',
      '[::1]',
      'fd00::1',
      'fe80::1',
      '::ffff:10.0.0.1',
    ]
    expect(free.map((host) => refuseHost(host, []))).toEqual(free.map(() => undefined))
    const closed = [
      'example.com',
      '8.8.8.8',
      '172.32.0.1',
      '2001:db8::1',
      '10.example.com',
      'localhost.example.com',
      '::ffff:8.8.8.8',
    ]
    for (const host of closed) expect(refuseHost(host, [])).toContain('--allow-target')
    expect(refuseHost('Shop.Example.com.', ['shop.example.com'])).toBeUndefined()
  })
  it('counts a descriptor per closed user and worker, and says the command', () => {
    const plan = (users: number) =>
      ({
        scenarios: [
          {
            load: { kind: 'constant-users', users, durationMs: null },
            startAfterMs: 0,
            gracefulStopMs: 0,
          },
        ],
      }) as unknown as LoadPlan
    expect(tooFew(plan(900), 1, 1024)).toBeUndefined()
    expect(tooFew(plan(12_000), 1, 1024)).toMatchObject({
      code: 'E_FDS',
      fix: 'ulimit -n 12064 in this shell, or --workers 13',
    })
    expect(tooFew(plan(12_000), 13, 1024)).toBeUndefined()
    expect(tooFew(plan(12_000), 1, undefined)).toBeUndefined()
  })
})
