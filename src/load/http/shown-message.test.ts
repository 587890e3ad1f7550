import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EXEMPLAR_BODY_CHARS_MAX } from '../../kernel/limits.ts'
import { maskedField, maskedHead, shownBody } from './shown-message.ts'

const how = { withBodies: true, hide: (text: string, charsMax: number) => text.slice(0, charsMax) }
const whole = (bytes: string | Uint8Array | undefined, type = '', codings = '') =>
  shownBody({ bytes, type, codings, bytesInAll: bytes?.length ?? 0, isWhole: true }, how)

test('fields that carry credentials are masked by their name, in any case', () => {
  const names = [
    ...['authorization', 'Proxy-Authorization', 'Cookie', 'SET-COOKIE', 'X-Api-Key', 'apikey'],
    ...['x-auth-token', 'X-CSRF-Token', 'X-Amz-Security-Token', 'x-session-id', 'client-secret'],
  ]
  for (const name of names) expect(maskedField(name, 'v4lue')).toBe(`${name}: •••`)
  expect(maskedField('Content-Type', 'text/html')).toBe('Content-Type: text/html')
})

test('secrets in addresses are masked in the first line and in fields that hold addresses', () => {
  const lines = ['GET /a?token=abc&b=1 HTTP/1.1', 'Referer: http://u:p@h/?key=abc', 'Accept: */*']
  expect(maskedHead(lines)).toBe(
    'GET /a?token=•••&b=1 HTTP/1.1\nReferer: http://•••@h/?key=•••\nAccept: */*',
  )
})

test('values of JSON and forms whose key says secret are masked, also when the end cuts them', () => {
  expect(whole('{"access_token":"a\\"b","name":"x"}').body).toBe(
    '{"access_token":"•••","name":"x"}',
  )
  expect(whole('user=u&password=p&x=1').body).toBe('user=u&password=•••&x=1')
  const long = `{"a":"${'x'.repeat(EXEMPLAR_BODY_CHARS_MAX - 30)}","password":"hunter2hunter2"}`
  expect(whole(long).body).not.toContain('hunter')
})

test('a compressed body is shown unpacked; one that cannot be says so', () => {
  expect(whole(gzipSync('hello'), 'text/plain', 'gzip').body).toBe('hello')
  expect(whole('hello', 'text/plain', 'gzip')).toMatchObject({
    body: '',
    note: 'not unpacked (gzip)',
  })
  expect(whole('hello', 'text/plain', 'rot13')).toMatchObject({ note: 'not unpacked (rot13)' })
})

test('a long body is cut and says so, a binary one is not shown, and without bodies none is', () => {
  const long = whole(Buffer.from('é'.repeat(10_000)), 'text/plain')
  expect(long.body.length).toBeLessThanOrEqual(EXEMPLAR_BODY_CHARS_MAX)
  expect(long.note).toBe('cut at 2,000 characters')
  expect(whole('PNG', 'image/png')).toMatchObject({ body: '', note: 'binary' })
  expect(whole('a\0b')).toMatchObject({ body: '', note: 'binary' })
  expect(
    shownBody(
      { bytes: 'x', type: '', codings: '', bytesInAll: 1, isWhole: true },
      {
        ...how,
        withBodies: false,
      },
    ),
  ).toEqual({ body: '', bodyBytes: 1, note: 'bodies are not kept' })
  expect(whole(undefined)).toEqual({ body: '', bodyBytes: 0, note: '' })
})

test('no body, whatever its bytes, makes it throw or grow', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom('', 'gzip', 'br', 'deflate'), (bytes, codings) => {
      expect(whole(bytes, 'text/plain', codings).body.length).toBeLessThanOrEqual(
        EXEMPLAR_BODY_CHARS_MAX,
      )
    }),
  )
})
