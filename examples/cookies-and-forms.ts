// A browser-like login: a form, a redirect to follow, and a session cookie that each user keeps for itself.
import { constant, HttpUser, StopUser, task } from 'onrush'

export class Member extends HttpUser {
  waitTime = constant(0.1)

  async onStart() {
    const account = await this.client.post('/login', {
      name: 'log in',
      form: { name: `member ${this.id}` },
      headers: { accept: 'text/html' },
      check: (r) => r.text().includes(`member ${this.id}`) || 'the page does not greet me',
    })
    if (!account.ok) throw new StopUser('could not log in')
  }

  @task async cart() {
    await this.client.post('/cart', {
      form: { item: 7, quantity: 2 },
      redirects: false,
      okStatus: [303],
    })
    await this.client.get('/cart', { check: (r) => r.json<{ cents: number }>().cents > 0 })
  }
}
