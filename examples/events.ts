// Hooks: told when the test starts and stops, and of every request.
import { constant, events, HttpUser, task } from 'onrush'

let slowest = { name: '', latencyMs: 0 }

events.testStart.addListener(() => console.log('the test starts'))
events.request.addListener(({ name, latencyMs }) => {
  if (latencyMs > slowest.latencyMs) slowest = { name, latencyMs }
})
events.testStop.addListener(() =>
  console.log(`slowest: ${slowest.name}, ${slowest.latencyMs.toFixed(1)} ms`),
)

export class Visitor extends HttpUser {
  waitTime = constant(0.1)

  @task async list() {
    await this.client.get('/items')
  }
}
