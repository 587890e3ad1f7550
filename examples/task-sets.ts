// Places inside a user's day: in order, by a chain, or at random; a user stays in a set until it interrupts.
import { constant, HttpUser, MarkovTaskSet, SequentialTaskSet, task, transition } from 'onrush'

class Checkout extends SequentialTaskSet<Customer> {
  @task async add() {
    await this.client.post('/cart', { json: { item: this.random.integer(1, 500) } })
  }
  @task async pay() {
    await this.client.post('/pay')
  }
  @task leave() {
    this.interrupt() // back to the customer, who picks the next task at once
  }
}

class Stroll extends MarkovTaskSet<Customer> {
  @transition('look', 3) @transition('leave') async list() {
    await this.client.get('/items')
  }
  @transition('list') async look() {
    await this.client.get(`/items/${this.random.integer(1, 500)}`, { name: '/items/:id' })
  }
  @transition('list') leave() {
    this.interrupt(false) // the customer waits first
  }
}

export class Customer extends HttpUser {
  static tasks = [
    [Stroll, 3],
    [Checkout, 1],
  ] as const
  waitTime = constant(0.1)

  async onStart() {
    await this.client.post('/login', { json: { name: `customer-${this.id}` } })
  }
}
