import { HttpUser, task } from 'onrush'

// What the throughput figure means by "scripted": a class, a weighted task, a name, a check, full statistics.
export class Visitor extends HttpUser {
  http = { tls: { insecure: true } }
  path = process.env['BENCH_PATH'] ?? '/'

  @task(3) async home() {
    await this.client.get(this.path, {
      name: 'home',
      check: (r) => r.status === 200 || `home said ${r.status}`,
    })
  }
}
