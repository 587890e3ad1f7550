// What `onrush demo` runs: people who browse, search and sometimes buy in the built-in demo shop.
import { between, HttpUser, task } from 'onrush'

export class Shopper extends HttpUser {
  waitTime = between(0.1, 0.5) // seconds; short, so that a 20 s demo has something to show

  async onStart() {
    await this.client.post('/login', { json: { name: `user-${this.id}` } })
  }

  @task(6) async browse() {
    await this.client.get('/items', { query: { page: this.random.integer(1, 25) } })
    const id = this.random.integer(1, 500) // seeded: the same run twice makes the same choices
    await this.client.get(`/items/${id}`, { name: '/items/:id' })
  }

  @task(2) async search() {
    const word = this.random.pick(['lamp', 'oak', 'chair', 'copper'])
    await this.client.get('/search', { query: { q: word } })
  }

  @task async buy() {
    await this.client.post('/cart', {
      json: { item: this.random.integer(1, 500) },
      check: (r) => r.status === 201 || `cart said ${r.status}`, // a failed check makes this request a failure
    })
    await this.client.post('/pay', { check: (r) => r.json<{ cents: number }>().cents > 0 })
  }
}

export const plan = {
  scenarios: { shoppers: { user: Shopper, users: 20, spawnRate: 10, for: '20s' } },
  thresholds: ['p95(http) < 300ms', 'errors < 1%'],
}
