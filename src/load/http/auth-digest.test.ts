import { describe, expect, it } from 'vitest'
import { answerChallenge, readChallenge } from './auth-digest.ts'

// RFC 7616 §3.9.1: one user, both algorithms, responses as printed there.
const NONCE = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v'
const OPAQUE = 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS'
const challenge = (algorithm: string, qop = 'auth, auth-int') =>
  `Digest realm="http-auth@example.org", qop="${qop}", algorithm=${algorithm}, nonce="${NONCE}", opaque="${OPAQUE}"`
const request = {
  method: 'GET',
  path: '/dir/index.html',
  user: 'Mufasa',
  password: 'Circle of Life',
  body: '',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
}

describe('digest authentication', () => {
  it('the responses of RFC 7616 come out', () => {
    expect(answerChallenge(readChallenge([challenge('MD5')])!, request)).toContain(
      'response="8ca523f5e9506fed4657c9700eebdbec"',
    )
    expect(answerChallenge(readChallenge([challenge('SHA-256')])!, request)).toContain(
      'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"',
    )
  })
  it('SHA-256 is preferred, also when both share one field', () => {
    expect(readChallenge([challenge('MD5'), challenge('SHA-256')])?.hash).toBe('sha256')
    expect(
      readChallenge([`Basic realm="x", ${challenge('MD5')}, ${challenge('SHA-256')}`]),
    ).toMatchObject({ hash: 'sha256', nonce: NONCE })
  })
  it('a nonce is reused with a rising count', () => {
    const parsed = readChallenge([challenge('MD5')])!
    expect(answerChallenge(parsed, request)).toContain('nc=00000001')
    expect(answerChallenge(parsed, request)).toContain('nc=00000002')
  })
  it('auth-int covers the body', () => {
    const answer = (body: string) =>
      answerChallenge(readChallenge([challenge('MD5', 'auth-int')])!, { ...request, body })
    expect(answer('a')).toContain('qop=auth-int')
    expect(answer('a')).not.toBe(answer('b'))
  })
  it('other schemes, unknown algorithms and qualities are not answered', () => {
    expect(readChallenge(['Basic realm="x"'])).toBeUndefined()
    expect(readChallenge([challenge('SHA-3')])).toBeUndefined()
    expect(readChallenge([challenge('MD5', 'auth-conf')])).toBeUndefined()
  })
  it('a challenge without qop gets the old form', () => {
    expect(answerChallenge(readChallenge(['Digest realm="r", nonce="n"'])!, request)).not.toContain(
      'qop',
    )
  })
})
