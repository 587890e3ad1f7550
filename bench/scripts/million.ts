import { between, HttpUser, task } from 'onrush'

// One object for all users: what it says is compared once per user, not copied.
const http = { localAddresses: (process.env['BENCH_SOURCES'] ?? '127.0.0.1').split(',') }
const [shortest, longest] = (process.env['BENCH_THINK'] ?? '60,120').split(',').map(Number)

/** A connection, a cookie and a random generator of one's own; what the target answers tells whether the cookie came back. */
export class Member extends HttpUser {
  waitTime = between(shortest!, longest!)
  http = http
  known = false

  @task async visit() {
    const greeting = this.known ? 'known' : 'new'
    this.known = true
    await this.client.get(`/items/${this.random.integer(1, 500)}`, {
      name: '/items/:id',
      check: (response) => response.text() === greeting || `not greeted as ${greeting}`,
    })
  }
}
