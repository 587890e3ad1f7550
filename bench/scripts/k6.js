import { check } from 'k6'
import http from 'k6/http'

export default function () {
  check(http.get(__ENV.URL, { tags: { name: 'home' } }), { ok: (r) => r.status === 200 })
}
