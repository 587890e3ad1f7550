/**
 * What one response can lead to besides its end: a redirect (limits, methods, credentials left behind at another origin) or the
 * answer to a digest challenge. Also what `Authorization` a request carries.
 */
import { Buffer } from 'node:buffer'
import type { Challenge } from './auth-digest.ts'
import { answerChallenge, readChallenge } from './auth-digest.ts'
import type { Flight } from './flight.ts'
import {
  isRedirect,
  redirectedMethod,
  resolveLocation,
  withoutContent,
  withoutCredentials,
} from './redirect.ts'
import { reveal } from './reveal.ts'

/** Sends the next attempt of a redirect or a challenge; false when this response is the answer. May settle with a failure. */
export function goesOn(flight: Flight): boolean {
  if (isRedirect(flight.status)) return redirect(flight)
  return flight.status === 401 && answerDigest(flight)
}

function redirect(flight: Flight): boolean {
  const allowed = flight.redirects + flight.redirectsLeft
  const locations = flight.responseHead!.all('location')
  if (allowed === 0 || !locations.some((each) => each !== '')) return false
  if (flight.redirectsLeft === 0) {
    flight._settle({
      kind: 'too-many-redirects',
      when: 'redirect',
      message: `more than ${allowed} redirects`,
    })
    return true
  }
  const url = resolveLocation(locations, flight.site.base + flight.path, flight.fragment)
  if (url.startsWith(' ')) {
    flight._settle({ kind: 'redirect', when: 'location', message: url.slice(1) })
    return true
  }
  const method = redirectedMethod(flight.status, flight.method)
  if (method !== flight.method || flight.status === 303) {
    flight.prepared = undefined
    flight.fields = withoutContent(flight.fields)
  } else if (flight.prepared !== undefined && !flight.prepared.repeatable) {
    flight._settle({
      kind: 'redirect',
      when: 'redirect',
      message: 'a redirect asks for the body again, and it was a stream',
    })
    return true
  }
  const target = flight.shared.targets.parse(url)
  if (target.site !== flight.site) {
    flight.strayed = true
    flight.fields = withoutCredentials(flight.fields)
  }
  flight.method = method
  flight.site = target.site
  flight.path = target.path
  flight.fragment = target.fragment
  flight.redirects++
  flight.redirectsLeft--
  flight.challenged = false
  flight.send()
  return true
}

/** 401 with a digest challenge: remembers it and answers, once per challenge. */
function answerDigest(flight: Flight): boolean {
  if (flight.auth === undefined || !('digest' in flight.auth) || flight.strayed) return false
  const challenge = readChallenge(flight.responseHead!.all('www-authenticate'))
  if (challenge === undefined || (flight.challenged && !challenge.stale)) return false
  if (flight.prepared !== undefined && !flight.prepared.repeatable) return false
  if (flight.challenged && flight.wireRequests > flight.redirects + flight.retries + 2) return false
  flight.challenged = true
  const session = flight.session!
  session._challenges ??= new Map()
  session._challenges.set(flight.site, challenge)
  flight.send()
  return true
}

/** Value of Authorization for flight attempt; '' for none. */
export function authorization(flight: Flight): string {
  const { auth } = flight
  if (auth === undefined || flight.strayed) return ''
  if ('bearer' in auth) return `Bearer ${reveal(auth.bearer)}`
  if ('basic' in auth) {
    return `Basic ${Buffer.from(`${reveal(auth.basic.user)}:${reveal(auth.basic.password)}`, 'utf8').toString('base64')}`
  }
  const challenge: Challenge | undefined = flight.session!._challenges?.get(flight.site)
  if (challenge === undefined) return ''
  flight.challenged = flight.challenged || challenge.count === 0
  return answerChallenge(challenge, {
    method: flight.method,
    path: flight.path,
    user: reveal(auth.digest.user),
    password: reveal(auth.digest.password),
    body: flight.prepared?.data ?? '',
    cnonce: flight.session!.nextToken(),
  })
}
