import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeReply, encodeCommand, parseInfo } from './info.ts'

it('a command is an array of strings with their lengths in bytes', () => {
  expect(encodeCommand('AUTH', 'pä')).toBe('*2\r\n$4\r\nAUTH\r\n$3\r\npä\r\n')
})

it('a reply is found whole, however it was cut, and what follows stays', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, rest) => {
      const size = Buffer.byteLength(text)
      const whole = Buffer.from(`$${size}\r\n${text}\r\n`)
      const bytes = Buffer.concat([whole, Buffer.from(rest)])
      const known = Buffer.from(text).toString()
      expect(decodeReply(bytes)).toEqual({ kind: 'text', text: known, end: whole.length })
      for (let cut = 0; cut < whole.length; cut++) {
        expect(decodeReply(bytes.subarray(0, cut))).toBeUndefined()
      }
    }),
  )
})

it('errors are told apart, and what is no Redis is refused', () => {
  expect(decodeReply(Buffer.from('-NOAUTH Authentication required.\r\n'))).toMatchObject({
    kind: 'error',
    text: 'NOAUTH Authentication required.',
  })
  expect(decodeReply(Buffer.from('+OK\r\n'))).toMatchObject({ kind: 'text', text: 'OK' })
  expect(() => decodeReply(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))).toThrow('no Redis')
})

it('of INFO only the numbers are taken', () => {
  const text = '# Memory\r\nused_memory:1024\r\nmaxmemory_policy:noeviction\r\nratio:0.5\r\n'
  expect([...parseInfo(text)]).toEqual([
    ['used_memory', 1024],
    ['ratio', 0.5],
  ])
})
