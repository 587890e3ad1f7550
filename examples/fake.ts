// Invented people with names and addresses of one country. Needs `npm install @faker-js/faker`.
import { constant, HttpUser, task } from 'onrush'

export class Member extends HttpUser {
  static locale = 'de'
  waitTime = constant(0.1)

  async onStart() {
    const name = `${this.fake.person.fullName()} ${this.id}`
    await this.client.post('/login', { json: { name } })
  }

  @task search() {
    return this.client.get('/search', {
      name: '/search',
      query: { q: this.fake.commerce.product() },
    })
  }
}
