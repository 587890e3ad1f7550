// Open model: 50 iterations arrive per second whatever the shop does; what no user is free for is dropped and counted.
import { HttpUser, task } from 'onrush'

export class Reader extends HttpUser {
  @task async read() {
    await this.client.get(`/items/${this.random.integer(1, 500)}`, { name: '/items/:id' })
  }
}

export const plan = {
  scenarios: { readers: { user: Reader, arrivals: '50/s', for: '3s', usersMax: 50 } },
  thresholds: ['p99(GET /items/:id) < 1s', 'errors < 1%', 'rate(http) > 30/s'],
}
