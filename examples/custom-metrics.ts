// Numbers of your own beside those of the requests: what was bought, for how much, and how often something was so.
import { constant, HttpUser, task } from 'onrush'

export class Shopper extends HttpUser {
  waitTime = constant(0.1)

  async onStart() {
    await this.client.post('/login', { json: { name: `member ${this.id}` } })
  }

  @task async buy() {
    const lines = this.random.integer(1, 3)
    for (let line = 0; line < lines; line++) {
      await this.client.post('/cart', { json: { item: this.random.integer(1, 500) } })
    }
    const receipt = await this.client.post('/pay')
    const cents = receipt.path<number>('$.cents')
    if (cents === undefined) return
    this.metrics.count('orders')
    this.metrics.trend('cents per order', cents)
    this.metrics.rate('orders above 100', cents > 10_000)
    this.metrics.gauge('last order number', receipt.path<number>('$.order') ?? 0)
  }
}
