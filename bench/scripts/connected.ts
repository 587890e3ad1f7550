import { constant, HttpUser, task } from 'onrush'

// One request each, then the user only holds its connection.
export class Holder extends HttpUser {
  waitTime = constant(3600)
  @task async once() {
    await this.client.get('/', { name: 'once' })
  }
}
