import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type BodyOptions, openBody, prepareBody } from './body.ts'
import { CHUNKED } from './exchange.ts'

const prepare = (options: BodyOptions) => prepareBody(options, { nextBoundary: () => 'b0' })
const send = async (options: BodyOptions): Promise<string> => {
  const body = openBody(prepare(options)!)
  if (typeof body === 'string') return body
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8')
  const pieces: Uint8Array[] = []
  for await (const piece of body!) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}

describe('request bodies', () => {
  it('json that is ASCII stays a string, other json becomes UTF-8 bytes, with the right length', () => {
    expect(prepare({ json: { a: 1 } })).toMatchObject({
      data: '{"a":1}',
      length: 7,
      contentType: 'application/json',
    })
    expect(prepare({ json: 'é' })).toMatchObject({ data: Buffer.from('"é"'), length: 4 })
    expect(prepare({ json: null })).toMatchObject({ data: 'null' })
  })
  it('no body is no body', () => {
    expect(prepare({})).toBeUndefined()
    expect(prepare({ body: null })).toBeUndefined()
  })
  it('an empty body has length 0', () => {
    expect(prepare({ body: '' })).toMatchObject({ data: '', length: 0 })
  })
  it('a form is urlencoded', async () => {
    expect(await send({ form: { a: 'x y', b: '&', c: ['1', '2'] } })).toBe('a=x+y&b=%26&c=1&c=2')
  })
  it('two bodies, cycles, functions and plain objects are mistakes of the script', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(() => prepare({ json: 1, form: {} })).toThrow(/only one of/)
    expect(() => prepare({ json: cycle })).toThrow(/cannot be serialised: .*circular/)
    expect(() => prepare({ json: 1n })).toThrow(/cannot be serialised/)
    expect(() => prepare({ json: () => 1 })).toThrow(/a function has no JSON form/)
    expect(() => prepare({ body: { a: 1 } as never })).toThrow(/use `json`/)
  })
  it('streams of text and bytes are sent once, in chunks', async () => {
    const prepared = prepare({ body: Readable.from(['é', Buffer.from('b')]) })!
    expect(prepared).toMatchObject({ length: CHUNKED, repeatable: false })
    expect(await send({ body: Readable.from(['é', Buffer.from('b')]) })).toBe('éb')
    expect(await send({ body: new Blob(['web']).stream() })).toBe('web')
  })
})

describe('multipart', () => {
  const field = (name: string, value: string) =>
    `--b0\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  it('fields and files in memory become one buffer with its length', async () => {
    const options = {
      multipart: { a: 'é', n: 5, f: { data: 'x', filename: 'a".txt', type: 'text/plain' } },
    }
    const text = `${field('a', 'é')}${field('n', '5')}--b0\r\nContent-Disposition: form-data; name="f"; filename="a%22.txt"\r\nContent-Type: text/plain\r\n\r\nx\r\n--b0--\r\n`
    expect(await send(options)).toBe(text)
    expect(prepare(options)).toMatchObject({
      length: Buffer.byteLength(text),
      repeatable: true,
      contentType: 'multipart/form-data; boundary=b0',
    })
  })
  it('a file on disk is streamed, with its length, and may be sent again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onrush-'))
    try {
      writeFileSync(join(folder, 'a.bin'), 'content')
      const options = { multipart: { f: { path: join(folder, 'a.bin') } } }
      const text = await send(options)
      expect(text).toContain(
        'filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\ncontent\r\n--b0--',
      )
      expect(prepare(options)).toMatchObject({
        data: undefined,
        length: text.length,
        repeatable: true,
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
  it('a stream as a part makes the whole chunked', async () => {
    const prepared = prepare({ multipart: { f: { data: Readable.from(['ab']) } } })!
    expect(prepared).toMatchObject({ length: CHUNKED, repeatable: false })
    expect(await send({ multipart: { f: { data: Readable.from(['ab']) } } })).toContain(
      '\r\n\r\nab\r\n--b0--',
    )
  })
  it('FormData of the platform works, several values of a name too', async () => {
    const form = new FormData()
    form.append('a', '1')
    form.append('f', new Blob(['blob'], { type: 'text/x' }), 'n.txt')
    expect(await send({ multipart: form })).toBe(
      `${field('a', '1')}--b0\r\nContent-Disposition: form-data; name="f"; filename="n.txt"\r\nContent-Type: text/x\r\n\r\nblob\r\n--b0--\r\n`,
    )
    expect(await send({ multipart: { a: ['1', '2'] } })).toBe(
      `${field('a', '1')}${field('a', '2')}--b0--\r\n`,
    )
  })
  it('a part without content is a mistake', () => {
    expect(() => prepare({ multipart: { f: {} } })).toThrow(/either `path` or `data`/)
  })
})

it('secrets are written out in json and forms, and nowhere else', async () => {
  const password = {
    name: 'PW',
    toJSON: () => '•••',
    [Symbol.for('onrush.secret')]: () => 'hunter2',
  }
  expect(await send({ json: { user: 'a', password } })).toBe('{"user":"a","password":"hunter2"}')
  expect(await send({ form: { password } })).toBe('password=hunter2')
})
