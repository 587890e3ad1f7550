/** Kept requests for tests that care about a few of their fields. */
import type { Exemplar, ExemplarSource, ShownRequest } from '../../contracts/exemplar.ts'

export function shownRequest(more: Partial<ShownRequest> = {}): ShownRequest {
  return {
    userId: 1,
    startMs: 100,
    latencyMs: 10,
    responseMs: 10,
    phasesMs: [0, 0, 0, 0.1, 9, 0.9],
    status: 200,
    url: 'http://shop.test/items/1',
    isNewConnection: false,
    bytesIn: 300,
    bytesOut: 100,
    place: '/work/shop.ts:6:23',
    traceId: '',
    request: { head: 'GET /items/1 HTTP/1.1\nHost: shop.test', body: '', bodyBytes: 0, note: '' },
    response: { head: '200 OK\nContent-Type: text/plain', body: 'hi', bodyBytes: 2, note: '' },
    ...more,
  }
}

let number = 0
export function exemplar(more: Partial<Exemplar> = {}): Exemplar {
  return {
    id: `0-${number++}`,
    why: 'slow',
    kind: 'http',
    method: 'GET',
    name: '/items/:id',
    worker: 0,
    error: null,
    ...shownRequest(more),
    ...more,
  }
}

export const failed = (message: string, more: Partial<Exemplar> = {}): Exemplar =>
  exemplar({ why: 'error', status: 500, error: { kind: 'status', message }, ...more })

/** Shows itself as it is. */
export const sourceOf = (request: ShownRequest): ExemplarSource => ({ show: () => request })
