import { constant, HttpUser, task } from 'onrush'

let answered = 0
let firstMs = 0
const wanted = Number(process.env['BENCH_USERS'] ?? 1000)

export class Spawned extends HttpUser {
  waitTime = constant(3600)
  onStart() {
    if (firstMs === 0) firstMs = performance.now()
  }
  @task async once() {
    await this.client.get('/', { name: 'once' })
    if (++answered === wanted) console.log(`@spawned ${wanted} ${performance.now() - firstMs}`)
  }
}
