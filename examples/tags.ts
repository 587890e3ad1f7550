// Tags choose tasks from the command line: `--tags read` runs one of them, `--exclude-tags slow` leaves one out.
import { constant, HttpUser, tag, task } from 'onrush'

export class Visitor extends HttpUser {
  waitTime = constant(0.1)

  @tag('read') @task async list() {
    await this.client.get('/items')
  }

  @tag('read', 'slow') @task async search() {
    await this.client.get('/search', { query: { q: 'oak' } })
  }

  @tag('health') @task async health() {
    await this.client.get('/health')
  }
}
