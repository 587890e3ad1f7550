// Data from a file: every visitor is a person of its own, and looks at the items of the catalogue by popularity.
import { between, feeder, HttpUser, task } from 'onrush'

const people = feeder.csv<{ name: string; item: number }>('people.csv', {
  pick: 'unique-per-user',
  types: { item: 'number' },
})
const popular = feeder.from(
  Array.from({ length: 500 }, (_, index) => index + 1),
  { pick: 'zipf', exponent: 1.1 },
)

export class Visitor extends HttpUser {
  waitTime = between(0.1, 0.3)

  async onStart() {
    await this.client.post('/login', { json: { name: people.next(this).name } })
  }

  @task favourite() {
    return this.client.get(`/items/${people.next(this).item}`, { name: '/items/:id' })
  }

  @task(4) look() {
    return this.client.get(`/items/${popular.next(this)}`, { name: '/items/:id' })
  }
}
