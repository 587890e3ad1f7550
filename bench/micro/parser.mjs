// A typical nginx response through the parser, from one shared buffer. Budget: ≤ 600 ns.
import { ResponseParser } from '../../dist/load/http/response-parser.js'
import { measure } from '../lib/micro.mjs'
import { options } from '../lib/report.mjs'

const { small } = options({ small: false })
const bytes = Buffer.from(
  'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sat, 21 Nov 2026 12:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: 15\r\nConnection: keep-alive\r\nCache-Control: no-store\r\nX-Request-Id: 5c1d\r\nVary: Accept\r\n\r\n{"hello":"you"}',
  'latin1',
)
let done = 0
const sink = {
  onInformational() {},
  onHead(parser) {
    done += parser.status
  },
  onBody(_, start, end) {
    done += end - start
  },
  onComplete() {
    done++
  },
  onError(kind, when, message) {
    throw new Error(`${kind} ${when} ${message}`)
  },
}
const parser = new ResponseParser(sink, {
  maxHeadBytes: 65_536,
  maxHeaderFields: 1024,
  maxInformational: 64,
  maxChunkLineBytes: 4096,
  maxBodyBytes: 2 ** 26,
})

measure(
  'parse one response (8 fields, 15 byte body)',
  (count) => {
    done = 0
    for (let n = 0; n < count; n++) {
      parser.begin('GET', false, false)
      parser.execute(bytes, 0, bytes.length)
    }
    return done
  },
  { operations: small ? 10_000 : 1_000_000 },
)
