import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decrypt, encrypt, newRunKey, SealedLetterBox, sealFor } from './seal.ts'

const bytes = fc.uint8Array({ maxLength: 200 })

test('what was sealed for one is opened by that one, and by nobody else', () => {
  const [mine, other] = [new SealedLetterBox(), new SealedLetterBox()]
  fc.assert(
    fc.property(bytes, (text) => {
      const sealed = sealFor(mine.publicKey, text)
      expect([...mine.open(sealed)]).toEqual([...text])
      expect(() => other.open(sealed)).toThrow()
    }),
    { numRuns: 20 },
  )
})

test('a changed byte, a cut end or another key is noticed', () => {
  const key = newRunKey()
  fc.assert(
    fc.property(bytes, fc.nat(), (text, place) => {
      const sealed = encrypt(key, text)
      expect([...decrypt(key, sealed)]).toEqual([...text])
      const changed = Uint8Array.from(sealed)
      changed[place % changed.length]! ^= 1
      for (const wrong of [changed, sealed.subarray(0, -1), sealed.subarray(0, 5)])
        expect(() => decrypt(key, wrong)).toThrow()
      expect(() => decrypt(newRunKey(), sealed)).toThrow()
    }),
  )
})

test('the same is never sealed twice alike', () => {
  const key = newRunKey()
  expect(encrypt(key, new Uint8Array(9))).not.toEqual(encrypt(key, new Uint8Array(9)))
})

test('something that is no key or no letter is refused', () => {
  const box = new SealedLetterBox()
  expect(() => sealFor('nonsense', new Uint8Array(3))).toThrow()
  for (const wrong of [
    { from: '', sealed: '' },
    { from: box.publicKey, sealed: 'AAAA' },
  ])
    expect(() => box.open(wrong)).toThrow()
})
