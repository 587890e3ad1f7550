// Load over time: arrivals rise, hold, and jump for a moment, while editors come and go. `onrush plan` draws it.
import { between, HttpUser, task } from 'onrush'

export class Reader extends HttpUser {
  @task async read() {
    await this.client.get(`/items/${this.random.integer(1, 500)}`, { name: '/items/:id' })
  }
}

export class Editor extends HttpUser {
  waitTime = between(0.1, 0.2)
  @task async look() {
    await this.client.get('/')
  }
}

export const plan = {
  scenarios: {
    readers: {
      user: Reader,
      arrivals: '0 → 60/s over 1s, hold 1s, spike to 150/s for 500ms',
      usersMax: 100,
    },
    editors: {
      user: Editor,
      users: '0 → 5 over 1s, hold 500ms, → 0 over 500ms',
      startAfter: '500ms',
    },
  },
  thresholds: ['errors < 1%'],
}
