import { expect, it } from 'vitest'
import { exemplar, failed } from '../../../src/model/metrics/exemplar.test-kit.ts'
import { curlOf } from './curl-line.ts'
import { editorUrl, kindOf, outcomeOf, slowFromMs } from './trace-text.ts'

it('a request is sent again by a command that a shell takes as it is meant', () => {
  const head = "POST /pay?a=1 HTTP/1.1\nHost: shop.test\nX-Note: it's\nContent-Length: 5"
  const request = { head, body: "{'$(x)'}", bodyBytes: 5, note: '' }
  expect(curlOf(exemplar({ url: 'http://shop.test/pay?a=1', request }))).toBe(
    `curl -i -X POST 'http://shop.test/pay?a=1' -H 'X-Note: it'\\''s' --data-raw '{'\\''$(x)'\\''}'`,
  )
  expect(curlOf(exemplar({ url: 'http://shop.test/' }))).toBe('curl -i http://shop.test/')
})

it('slow is the slowest tenth of those that passed; what failed is failed, however quick', () => {
  const samples = Array.from({ length: 20 }, (_, ms) => exemplar({ responseMs: ms }))
  const slowMs = slowFromMs(samples)
  expect(samples.filter((each) => kindOf(each, slowMs) === 'slow')).toHaveLength(2)
  expect(kindOf(failed('status 500', { responseMs: 99 }), slowMs)).toBe('failed')
  expect(outcomeOf(failed('status 500'))).toBe('status: status 500')
  expect(slowFromMs([])).toBe(Number.POSITIVE_INFINITY)
})

it('a line opens in an editor only where the page comes from this machine', () => {
  expect(editorUrl('/a b/shop.ts:1:2', 'localhost')).toBe('vscode://file/a%20b/shop.ts:1:2')
  expect(editorUrl('/shop.ts:1:2', 'load.example')).toBeUndefined()
  expect(editorUrl('', 'localhost')).toBeUndefined()
})
