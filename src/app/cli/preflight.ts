/**
 * One plain request per distinct origin before any load, so that a wrong port costs a sentence instead of a run. Any
 * HTTP answer is fine, whatever its status; what failed is told by kind with what to do. Uses Node's own client: it
 * must not share the mistakes of ours.
 */
import { lookup } from 'node:dns/promises'
import { type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'

const PREFLIGHT_MS = 5_000

/**
 * Problems of all origins of `hosts`, asked at the same time. `from` says where a host came from. `ownTls`: the script has TLS
 * options, which only its own requests know; certificates are then theirs to judge.
 */
export async function preflight(
  hosts: readonly string[],
  from: string,
  ownTls = false,
): Promise<Problem[]> {
  const origins = new Map(hosts.filter(isWebAddress).map((host) => [new URL(host).origin, host]))
  const answers = await Promise.all([...origins.values()].map((host) => probe(host, from, ownTls)))
  return [...wrongAddresses(hosts, from), ...answers.filter((each) => each !== undefined)]
}

/** What is wrong with hosts by their look alone, for those who skip the request. */
export const wrongAddresses = (hosts: readonly string[], from: string): Problem[] =>
  hosts.filter((host) => !isWebAddress(host)).map((host) => notAnAddress(host, from))

/** With a scheme that HTTP users speak. */
export const isWebAddress = (host: string): boolean =>
  URL.canParse(host) && /^https?:$/.test(new URL(host).protocol)

async function probe(host: string, from: string, ownTls: boolean): Promise<Problem | undefined> {
  const url = new URL(host)
  const failure = await askOnce(url, ownTls)
  if (failure === undefined) return undefined
  const addresses = await lookup(url.hostname.replace(/^\[|\]$/g, ''), { all: true }).then(
    (all) => all.map((each) => each.address),
    () => [],
  )
  return explain(url, failure, addresses, from)
}

/** Undefined when anything that is HTTP came back. */
function askOnce(url: URL, ownTls: boolean): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const options: RequestOptions = { method: 'HEAD', agent: false, timeout: PREFLIGHT_MS }
    const request =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, rejectUnauthorized: !ownTls })
        : requestHttp(url, options)
    request.once('response', (response) => {
      response.resume()
      request.destroy()
      resolve(undefined)
    })
    request.once('timeout', () =>
      request.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })),
    )
    request.on('error', (error) => resolve(error))
    request.end()
  })
}

function explain(
  url: URL,
  error: NodeJS.ErrnoException,
  addresses: readonly string[],
  from: string,
): Problem {
  const { origin, hostname } = url
  const code = error.code ?? ''
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const tried = addresses
    .map((each) => `${each.includes(':') ? `[${each}]` : each}:${port}`)
    .join(', ')
  const where = `${origin} (from ${from})`
  if (code === 'ECONNREFUSED' || firstCode(error) === 'ECONNREFUSED') {
    return problem(
      'E_REFUSED',
      where,
      `nothing is listening at ${origin}`,
      `the connection was refused; tried ${tried}`,
      `start the server, or name another address with --host`,
    )
  }
  if (['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'].includes(code)) {
    return problem(
      'E_DNS',
      where,
      `the name ${hostname} does not resolve`,
      `the resolver of this machine answered ${code}`,
      'check the spelling, the VPN and /etc/hosts',
    )
  }
  if (code === 'ETIMEDOUT' || firstCode(error) === 'ETIMEDOUT') {
    return problem(
      'E_TIMEOUT',
      where,
      `${origin} did not answer within ${PREFLIGHT_MS / 1000} s`,
      `no response to one HEAD request; tried ${tried}`,
      'look at firewalls and at the server; --no-preflight skips this',
    )
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|ISSUER/.test(code)) {
    return problem(
      'E_TLS',
      where,
      `the certificate of ${origin} is not accepted`,
      `${error.message} (${code})`,
      'trust its CA with NODE_EXTRA_CA_CERTS=ca.pem; for a script that sets `insecure`, add --no-preflight',
    )
  }
  if (/^(ERR_SSL|EPROTO)/.test(code)) {
    return problem(
      'E_TLS',
      where,
      `the TLS handshake with ${origin} failed`,
      `${error.message.trim()} (${code})`,
      'does this port speak TLS? If not, write http://',
    )
  }
  if (/^HPE_|ECONNRESET|EPIPE/.test(code)) {
    return problem(
      'E_HTTP',
      where,
      `what listens at ${origin} does not answer in HTTP`,
      `${error.message} (${code})`,
      'is it the right port? If it speaks TLS, write https://',
    )
  }
  return problem(
    'E_HTTP',
    where,
    `${origin} cannot be reached`,
    `${error.message} (${code})`,
    'check the network to it; --no-preflight skips this',
  )
}

/** Node tries several addresses and reports an aggregate without a code of its own on some versions. */
const firstCode = (error: unknown): string | undefined =>
  (error as AggregateError).errors?.map((each: NodeJS.ErrnoException) => each.code)[0]

const notAnAddress = (host: string, from: string): Problem =>
  problem(
    'E_SCHEME',
    `${host} (from ${from})`,
    `the host "${host}" is not a web address`,
    'it does not begin with http:// or https://',
    `write http://${host.replace(/^\w*:?\/*/, '') || host}`,
  )
