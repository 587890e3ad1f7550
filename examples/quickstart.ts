// The smallest useful script: one kind of user with two tasks.
import { between, HttpUser, task } from 'onrush'

export class Visitor extends HttpUser {
  waitTime = between(0.1, 0.3)

  @task(3) async list() {
    await this.client.get('/items')
  }

  @task async look() {
    const id = this.random.integer(1, 500)
    await this.client.get(`/items/${id}`, { name: '/items/:id' })
  }
}
