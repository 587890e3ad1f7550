import { expect, test } from 'vitest'
import { VirtualClock } from '../../kernel/clock.ts'
import { type Address, Dns, type DnsOptions, type Lookup } from './dns.ts'

interface Asked {
  readonly name: string
  answer(addresses: string[], code?: string): void
}

function setUp(options: Partial<DnsOptions> = {}) {
  const clock = new VirtualClock()
  const asked: Asked[] = []
  const lookup: Lookup = (name, _options, done) => {
    const answer = (addresses: string[], code = ''): void => {
      const error = code === '' ? null : Object.assign(new Error(code), { code })
      done(
        error,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    }
    asked.push({ name, answer })
  }
  const dns = new Dns(clock, { cacheMs: 30_000, family: 0, hosts: {}, ...options }, lookup)
  return { clock, asked, dns }
}

const texts = (addresses: readonly Address[] | undefined): string[] | undefined =>
  addresses?.map((each) => each.address)

test('a literal address needs no question', () => {
  const { dns } = setUp()
  expect(dns.known('127.0.0.1', 80)).toEqual([{ address: '127.0.0.1', family: 4 }])
  expect(dns.known('::1', 80)).toEqual([{ address: '::1', family: 6 }])
})

test('an answer holds for cacheMs and no longer', () => {
  const { clock, asked, dns } = setUp()
  dns.resolve('a.test', 80, () => {})
  asked[0]!.answer(['10.0.0.1'])
  clock.advanceTo(29_999)
  expect(texts(dns.known('a.test', 80))).toEqual(['10.0.0.1'])
  clock.advanceTo(30_000)
  expect(dns.known('a.test', 80)).toBe(undefined)
})

test('cacheMs 0 asks each time', () => {
  const { asked, dns } = setUp({ cacheMs: 0 })
  dns.resolve('a.test', 80, () => {})
  asked[0]!.answer(['10.0.0.1'])
  expect(dns.known('a.test', 80)).toBe(undefined)
})

test('simultaneous questions for one name are asked once', () => {
  const { asked, dns } = setUp()
  const heard: (string[] | undefined)[] = []
  for (let i = 0; i < 3; i++) dns.resolve('a.test', 80, (addresses) => heard.push(texts(addresses)))
  expect(asked.length).toBe(1)
  asked[0]!.answer(['10.0.0.1'])
  expect(heard).toEqual([['10.0.0.1'], ['10.0.0.1'], ['10.0.0.1']])
})

test('a failure reaches everybody and is not remembered', () => {
  const { asked, dns } = setUp()
  const heard: string[] = []
  dns.resolve('a.test', 80, (_addresses, code) => heard.push(code))
  dns.resolve('a.test', 80, (_addresses, code) => heard.push(code))
  asked[0]!.answer([], 'EAI_AGAIN')
  dns.resolve('a.test', 80, () => {})
  expect(heard).toEqual(['EAI_AGAIN', 'EAI_AGAIN'])
  expect(asked.length).toBe(2)
})

test('several addresses lead in turn, the other family stays the fallback', () => {
  const { asked, dns } = setUp()
  dns.resolve('a.test', 80, () => {})
  asked[0]!.answer(['10.0.0.1', '10.0.0.2', '::1'])
  expect(texts(dns.known('a.test', 80))).toEqual(['10.0.0.2', '10.0.0.1', '::1'])
  expect(texts(dns.known('a.test', 80))).toEqual(['10.0.0.1', '10.0.0.2', '::1'])
})

test('overrides: an address, several, another name, one port only', () => {
  const hosts = {
    'a.test': '10.0.0.1',
    'b.test': ['10.0.0.1', '10.0.0.2'],
    'c.test': 'real.test',
    'd.test:81': '10.0.0.9',
  }
  const { asked, dns } = setUp({ hosts })
  expect(texts(dns.known('a.test', 80))).toEqual(['10.0.0.1'])
  expect(texts(dns.known('b.test', 80))).toEqual(['10.0.0.1', '10.0.0.2'])
  expect(texts(dns.known('d.test', 81))).toEqual(['10.0.0.9'])
  expect(dns.known('d.test', 80)).toBe(undefined)
  dns.resolve('c.test', 80, () => {})
  expect(asked[0]!.name).toBe('real.test')
})
