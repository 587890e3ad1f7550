import { constant, task, User } from 'onrush'

let spawned = 0
let firstMs = 0
const wanted = Number(process.env['BENCH_USERS'] ?? 1000)

export class Idle extends User {
  waitTime = constant(3600)
  onStart() {
    if (spawned++ === 0) firstMs = performance.now()
    if (spawned === wanted) console.log(`@spawned ${wanted} ${performance.now() - firstMs}`)
  }
  @task nothing() {}
}
