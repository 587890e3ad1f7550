import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ForeignMistake } from '../../../kernel/foreign-mistake.ts'
import { RowMistake } from '../../../kernel/row-mistake.ts'
import { tell } from '../read.test-kit.ts'
import { jtl } from './jtl.ts'

const HEAD =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,failureMessage,bytes,sentBytes,allThreads,Latency,Connect\n'
const read = async (text: string) => (await tell(jtl, text)).told

test('a request with its times, bytes and users; connecting is a part of the wait for the first byte', async () => {
  const { samples, users } = await read(
    `${HEAD}1700000000000,120,list,200,OK,tg 1-1,true,,512,100,7,90,30\n`,
  )
  expect(samples).toEqual([
    {
      ...{ kind: 'http', method: '', name: 'list', status: 200, bytesIn: 512, bytesOut: 100 },
      ...{ startEpochMs: 1_700_000_000_000, latencyMs: 120, phasesMs: [0, 30, 0, 0, 60, 30] },
    },
  ])
  expect(users).toEqual([7])
})

test.each([
  ['an error of the target', '503,Unavailable', 'false,', 'status', 'status 503'],
  ['an assertion', '200,OK', 'false,expected 7', 'check', 'expected 7'],
  [
    'nobody listens',
    'Non HTTP response code: java.net.ConnectException,refused',
    'false,',
    'refused',
    'Non HTTP response code: java.net.ConnectException refused',
  ],
  [
    'no answer in time',
    'Non HTTP response code: java.net.SocketTimeoutException,Read timed out',
    'false,',
    'timeout',
    'Non HTTP response code: java.net.SocketTimeoutException Read timed out',
  ],
  [
    'no such host',
    'Non HTTP response code: java.net.UnknownHostException,shop',
    'false,',
    'dns',
    'Non HTTP response code: java.net.UnknownHostException shop',
  ],
])('%s', async (_, code, outcome, kind, message) => {
  const { samples } = await read(`${HEAD}1700000000000,1,a,${code},t,${outcome},0,0,1,0,0\n`)
  expect(samples[0]!.error).toEqual({ kind, message })
})

test('a transaction is one, and its requests stand beside it', async () => {
  const { samples } = await read(
    `${HEAD}1700000000000,9,buy,200,"Number of samples in transaction : 1, number of failing samples : 0",t,true,,0,0,1,0,0\n1700000000000,9,pay,200,OK,t,true,,0,0,1,0,0\n`,
  )
  expect(samples.map(({ kind, name }) => [kind, name])).toEqual([
    ['transaction', 'buy'],
    ['http', 'pay'],
  ])
})

test('tabs and semicolons divide as well, and names may be in any writing', async () => {
  const { samples } = await read(
    `${HEAD}1700000000000,1,Тест,200,OK,t,true,,0,0,1,0,0\n`.replaceAll(',', '\t'),
  )
  expect(samples[0]!.name).toBe('Тест')
})

test('without a line of names the columns are those of JMeter 5, and that is said', async () => {
  const { samples, notes } = await read(
    '1700000000000,120,list,200,OK,tg 1-1,text,true,,512,100,1,1,http://shop.test/,90,0,30\n',
  )
  expect(samples).toMatchObject([{ name: 'list', latencyMs: 120, bytesIn: 512 }])
  expect(notes[0]).toMatch(/no line with names/)
})

test('without times it is refused with what to set', async () => {
  await expect(read('a,200,,tg 1-1,text,true,1,1,1,0\n')).rejects.toThrow(ForeignMistake)
})

test('a missing column is named', async () => {
  await expect(read('timeStamp,elapsed,label\n1700000000000,1,a\n')).rejects.toThrow(/success/)
})

test('a cell that is no number is named with its line', async () => {
  const text = `${HEAD}1700000000000,soon,list,200,OK,t,true,,0,0,1,0,0\n`
  await expect(read(text)).rejects.toThrow('line 2: elapsed is "soon", not a number of ms')
})

const xml = (inner: string) =>
  `<?xml version="1.0"?>\n<testResults version="1.2">\n${inner}\n</testResults>`

test('in XML embedded resources are parts of their page, and samples of a transaction are requests', async () => {
  const { samples, notes } = await read(
    xml(`<sample t="300" ts="1700000000000" s="true" lb="buy" rc="200" rm="Number of samples in transaction : 1, number of failing samples : 0">
      <httpSample t="200" lt="90" ct="10" ts="1700000000000" s="true" lb="page" rc="200" rm="OK" by="9" na="4">
        <httpSample t="20" ts="1700000000100" s="true" lb="logo.png" rc="200" rm="OK"/>
        <method>POST</method>
      </httpSample>
    </sample>`),
  )
  expect(samples.map(({ kind, method, name }) => [kind, method, name])).toEqual([
    ['http', 'POST', 'page'],
    ['transaction', 'TX', 'buy'],
  ])
  expect(notes[0]).toMatch(/^1 samples within others/)
})

test('in XML the first assertion that failed says why', async () => {
  const { samples } = await read(
    xml(`<httpSample t="2" ts="1700000000000" s="false" lb="a" rc="200" rm="OK">
      <assertionResult><name>x</name><failure>true</failure><failureMessage>expected 7</failureMessage></assertionResult>
    </httpSample>`),
  )
  expect(samples[0]!.error).toEqual({ kind: 'check', message: 'expected 7' })
})

test('XML that ends in the middle is refused', async () => {
  const text = xml('<httpSample t="2" ts="1700000000000" s="true" lb="a" rc="200" rm="OK"/>')
  await expect(read(text.slice(0, -8))).rejects.toThrow(RowMistake)
})

test('how the stream is cut changes nothing', async () => {
  const text = `${HEAD}${'1700000000000,1,"ä, ""b""",200,OK,t,true,,0,0,1,0,0\n'.repeat(3)}`
  const whole = await tell(jtl, text)
  for (let pieceBytes = 1; pieceBytes < 40; pieceBytes++) {
    expect(await tell(jtl, text, { pieceBytes })).toEqual(whole)
  }
})

test('whatever the bytes, it is read or refused by name', async () => {
  const text = `${HEAD}1700000000000,1,a,200,OK,t,true,,0,0,1,0,0\n`
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length), fc.string({ maxLength: 5 }), async (at, junk) => {
      try {
        await read(text.slice(0, at) + junk + text.slice(at))
      } catch (error) {
        expect([ForeignMistake, RowMistake]).toContain((error as Error).constructor)
      }
    }),
  )
})
