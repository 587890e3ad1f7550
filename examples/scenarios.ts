// Two scenarios beside each other, each with rules of its own, and requests that are told apart by a tag.
import { constant, HttpUser, task } from 'onrush'

export class Visitor extends HttpUser {
  waitTime = constant(0.1)

  @task async browse() {
    const shelf = this.random.integer(1, 500)
    const tags = { shelf: shelf <= 250 ? 'front' : 'back' }
    await this.client.get(`/items/${shelf}`, { name: '/items/:id', tags })
  }
}

export class Buyer extends HttpUser {
  waitTime = constant(0.1)

  async onStart() {
    await this.client.post('/login', { json: { name: `buyer ${this.id}` } })
  }

  @task async buy() {
    await this.client.post('/cart', { json: { item: this.random.integer(1, 500) } })
    await this.client.post('/pay')
    this.metrics.count('orders')
  }
}

export const plan = {
  scenarios: {
    visitors: {
      user: Visitor,
      arrivals: '20/s',
      for: '2s',
      usersMax: 20,
      thresholds: ['p95(http) < 2s', 'errors < 1%'],
    },
    buyers: {
      user: Buyer,
      users: 2,
      for: '2s',
      tags: { team: 'checkout' },
      thresholds: ['p95(POST /pay) < 5s', 'orders > 0'],
    },
  },
  thresholds: ['errors(tag:shelf=front) < 1%', 'count(tag:team=checkout) > 0', 'dropped == 0'],
}
