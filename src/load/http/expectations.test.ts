import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bodyMatches,
  fasterThan,
  header,
  type StatusClass,
  sha256,
  smallerThan,
  status,
} from './expectations.ts'
import { jsonPath, type StandardSchema, schema } from './expectations-json.ts'
import { absent, type Expected, exists } from './expected-value.ts'
import type { Check } from './http-options.ts'
import { HttpResponse, type ResponseParts } from './response.ts'
import type { Head } from './response-parser-head.ts'

interface Given {
  status?: number
  body?: string
  totalMs?: number
  headers?: Record<string, string>
}
function answer(given: Given): HttpResponse {
  const { status = 200, body = '', totalMs = 10, headers = {} } = given
  const parts = {
    series: { method: 'GET', name: '/cart' },
    site: { base: 'http://shop' },
    status,
    responseHead: headOf(headers),
    received: Buffer.from(body).toString('latin1'),
    bodySize: Buffer.byteLength(body),
    phasesUs: new Float64Array(6),
    totalUs: totalMs * 1_000,
  } as unknown as ResponseParts
  return new HttpResponse(parts, { maxDecodedBytes: 1e6, maxContentCodings: 5 })
}
const headOf = (headers: Record<string, string>) =>
  ({
    all: (name: string) => (headers[name] === undefined ? [] : [headers[name]]),
  }) as unknown as Head

const cart = answer({
  body: JSON.stringify({
    id: 17,
    state: 'open',
    paid: false,
    note: null,
    items: [{ id: 1, name: 'Lamp' }, { id: 2 }],
    empty: [],
  }),
  headers: { 'content-type': 'application/json', etag: '"x1"' },
})
const html = answer({
  status: 404,
  body: '<h1>gone</h1>',
  headers: { 'content-type': 'text/html' },
  totalMs: 300,
})

describe('what holds', () => {
  test.each<[Check, string]>([
    [status(200), 'status 200'],
    [status(201, '2xx'), 'status 201 or 2xx'],
    [header('ETag'), 'header etag is there'],
    [header('content-type', /json/), 'header content-type matches /json/'],
    [header('etag', '"x1"'), 'header etag is the expected text'],
    [bodyMatches('"paid":false'), 'body contains "\\"paid\\":false"'],
    [bodyMatches(/LAMP/i), 'body matches /LAMP/i'],
    [smallerThan('1kB'), 'body smaller than 1kB'],
    [fasterThan('11ms'), 'faster than 11ms'],
    [jsonPath('$.items[0].id'), '$.items[0].id exists'],
    [jsonPath('$.note', exists()), '$.note exists'],
    [jsonPath('$.discount', absent()), '$.discount is absent'],
    [jsonPath('$.id', 17), '$.id is the expected number'],
    [jsonPath('$.state', 'open'), '$.state is "open"'],
    [jsonPath('$.note', null), '$.note is null'],
    [jsonPath('$.paid', false), '$.paid is false'],
    [jsonPath('$.items[1]', { id: 2 }), '$.items[1] is the expected object'],
    [jsonPath('$.empty', []), '$.empty is the expected array'],
    [jsonPath('$.id', /^1/), '$.id matches /^1/'],
    [jsonPath('$.items[*].id', (id) => Number(id) > 0), '$.items[*].id holds'],
    [
      jsonPath('$..id', function isPositive(id) {
        return Number(id) > 0
      }),
      '$..id isPositive',
    ],
  ])('%o', (check, name) => {
    expect(check(cart)).toBe(true)
    expect(check.name).toBe(name)
  })
})

describe('what does not hold says what came instead', () => {
  test.each<[Check, string]>([
    [status(200), 'status 404, not 200'],
    [status('2xx', 304), 'status 404, not 2xx or 304'],
    [header('etag'), 'the response has no header etag'],
    [header('content-type', /json/), 'header content-type is "text/html", not /json/'],
    [bodyMatches('found'), 'the body does not contain "found"'],
    [bodyMatches(/^<h2>/), 'the body does not match /^<h2>/'],
    [smallerThan('13B'), 'the body is not smaller than 13B'],
    [fasterThan('0.3s'), 'it took 0.3s or longer'],
    [jsonPath('$.id'), 'the body is not JSON: it begins "<h1>gone</h1>"'],
  ])('%o of a page', (check, sentence) => {
    expect(check(html)).toBe(sentence)
  })
  test.each<[Check, string]>([
    [header('etag', '"x2"'), 'header etag is something else, not the expected text'],
    [
      jsonPath('$.total.cents'),
      '$.total.cents is missing; the body has keys id, state, paid, note, items, empty',
    ],
    [jsonPath('$.items[0].price', 5), '$.items[0].price is missing; $.items[0] has keys id, name'],
    [jsonPath('$.items[5].id'), '$.items[5].id is missing; $.items is a shorter array'],
    [jsonPath('$.empty[0]'), '$.empty[0] is missing; $.empty is an empty array'],
    [jsonPath('$.note.text'), '$.note.text is missing; $.note is null'],
    [jsonPath('$.state.name'), '$.state.name is missing; $.state is a string'],
    [jsonPath('$..price'), 'nothing is at $..price'],
    [jsonPath('$.id', absent()), '$.id is there, and should not be'],
    [jsonPath('$.id', 18), '$.id is another number, not the expected number'],
    [jsonPath('$.state', 'paid'), '$.state is another string, not "paid"'],
    [jsonPath('$.note', 'x'), '$.note is null, not "x"'],
    [jsonPath('$.paid', true), '$.paid is false, not true'],
    [jsonPath('$.items', [1]), '$.items is another array, not the expected array'],
    [
      jsonPath('$.items[1]', { id: 2, x: 1 }),
      '$.items[1] is another object, not the expected object',
    ],
    [jsonPath('$.state', /^p/), '$.state does not match /^p/'],
    [jsonPath('$.items', /x/), '$.items is an array, not /x/'],
    [jsonPath('$.items[*].id', (id) => id === 1), '$.items[*].id does not hold'],
    [jsonPath('$.id', () => 'is odd'), '$.id: is odd'],
  ])('%o of a cart', (check, sentence) => {
    expect(check(cart)).toBe(sentence)
  })
  test('an empty body is called empty', () => {
    expect(bodyMatches(/x/)(answer({}))).toBe('the body is empty, not /x/')
    expect(jsonPath('$.a')(answer({}))).toBe('the body is not JSON: the body is empty')
    expect(jsonPath('$.a')(answer({ body: '{}' }))).toBe(
      '$.a is missing; the body is an empty object',
    )
  })
})

test('the sentence stays the same from request to request', () => {
  const sentences = new Set<unknown>()
  for (let id = 0; id < 100; id++) {
    const response = answer({ body: JSON.stringify({ id, name: `item ${id}` }), totalMs: 50 + id })
    for (const check of [
      fasterThan('10ms'),
      smallerThan('2B'),
      jsonPath('$.id', id + 1),
      jsonPath('$.name', `item ${id + 1}`),
    ]) {
      sentences.add(`${check.name}: ${check(response)}`)
    }
  }
  expect(sentences.size).toBe(4)
})

test('any body gets true or a sentence, and a JSON one is told apart from the rest', () => {
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
  )
  const values = fc.oneof(
    fc.constant(/a/),
    fc.jsonValue().map((each) => each as Expected),
  )
  const path = fc.constantFrom('$', '$.a', '$[0]', '$..a', '$[*]', '$.a.b[1]')
  fc.assert(
    fc.property(body, path, values, (text, at, expected) => {
      const response = answer({ body: text })
      const verdict = jsonPath(at, expected)(response)
      expect(verdict === true || (typeof verdict === 'string' && verdict !== '')).toBe(true)
      expect(String(verdict).startsWith('the body is not JSON')).toBe(!isJson(response))
    }),
    { numRuns: 1_000 },
  )
})
test('a document is equal to itself, whatever it is', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (document) => {
      const response = answer({ body: JSON.stringify({ document }) })
      // JSON has no negative zero.
      const expected = JSON.parse(JSON.stringify(document)) as Expected
      expect(jsonPath('$.document', expected)(response)).toBe(true)
      expect(jsonPath('$.document', { other: expected as string })(response)).not.toBe(true)
    }),
  )
})
function isJson(response: HttpResponse): boolean {
  try {
    response.json()
    return true
  } catch {
    // That it throws is the answer.
    return false
  }
}

test('an expression with the flag g judges every response from its beginning', () => {
  const check = bodyMatches(/gone/g)
  expect([check(html), check(html), check(html)]).toEqual([true, true, true])
})

test('sha256 is of the body', () => {
  const digest = createHash('sha256').update('<h1>gone</h1>').digest('hex')
  expect(sha256(digest)(html)).toBe(true)
  expect(sha256(digest.toUpperCase())(html)).toBe(true)
  expect(sha256(digest)(cart)).toBe(`the body’s sha256 is not ${digest.slice(0, 8)}…`)
})

test('the body is parsed once for all checks and extractions', () => {
  const response = answer({ body: '{"id":1,"list":[{"id":2}]}' })
  let parses = 0
  const { json } = response
  response.json = function counted<T>() {
    parses++
    return json.call(this) as T
  }
  expect([jsonPath('$.id')(response), jsonPath('$.list[0].id', 2)(response)]).toEqual([true, true])
  expect(response.path('$.list[0].id')).toBe(2)
  expect(response.path('$.nothing')).toBeUndefined()
  expect(response.pathAll('$..id')).toEqual([1, 2])
  expect(parses).toBe(1)
})

const standard = (validate: StandardSchema['~standard']['validate']) =>
  schema({ '~standard': { validate } }, 'a cart')

describe('a Standard Schema', () => {
  test('that fits holds', () => {
    const check = standard((value) => (typeof value === 'object' ? {} : { issues: [] }))
    expect(check(cart)).toBe(true)
    expect(check.name).toBe('body fits a cart')
  })
  test('that does not fit says where, the same for every place of an array', () => {
    const issue = { message: 'expected a string', path: ['items', { key: 4 }, 'name'] }
    expect(standard(() => ({ issues: [issue] }))(cart)).toBe(
      'the body does not fit a cart: $.items[*].name: expected a string',
    )
    expect(standard(() => ({ issues: [{ message: 'no' }] }))(cart)).toBe(
      'the body does not fit a cart: no',
    )
  })
  test('that answers later fails, and its rejection disturbs nobody', async () => {
    const check = standard(() => Promise.reject(new Error('later')))
    expect(check(cart)).toBe('a cart answers later, with a promise: a check must answer at once')
    await Promise.resolve()
  })
  test('is refused when it is none', () => {
    expect(() => schema({} as StandardSchema)).toThrow('Standard Schema')
  })
  test('fails on a page that is no JSON', () => {
    expect(standard(() => ({}))(html)).toContain('the body is not JSON')
  })
})

describe('a wrong call is refused at once', () => {
  test.each<[string, () => unknown]>([
    ['status()', () => status()],
    ['status(20)', () => status(20)],
    ["status('ok')", () => status('ok' as StatusClass)],
    ["header('')", () => header('')],
    ['bodyMatches(5)', () => bodyMatches(5 as unknown as string)],
    ["smallerThan('10')", () => smallerThan('10')],
    ["fasterThan('fast')", () => fasterThan('fast')],
    ["sha256('abc')", () => sha256('abc')],
    ["jsonPath('id')", () => jsonPath('id')],
    ["jsonPath('$.id', undefined)", () => jsonPath('$.id', undefined)],
  ])('%s', (_call, call) => {
    expect(call).toThrow(TypeError)
  })
})
