/** A script that is told things from outside: `onrush run params.ts --param items=20 --param region=us`, or in the fields of the page. */
import { between, defineParams, HttpUser, task } from 'onrush'

export const params = defineParams({
  items: { default: 10, min: 1, max: 500, whole: true, help: 'different items looked at' },
  region: ['eu', 'us'],
  looksAtList: true,
  apiKey: { secret: true, default: '', help: 'sent as x-api-key' },
})

export class Shopper extends HttpUser {
  host = 'http://localhost:3000'
  waitTime = between(0.5, 1)

  @task async browse() {
    const item = this.random.integer(1, params.items)
    await this.client.get(`/items/${item}?region=${params.region}`, {
      name: '/items/:id',
      headers: { 'x-api-key': params.apiKey },
    })
    if (params.looksAtList) await this.client.get('/items')
  }
}
