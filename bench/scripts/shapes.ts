import { constant, HttpUser, task } from 'onrush'

// One request each time, to a path that tells the target which worker it came from; the load is said by the benchmark.
export class Visitor extends HttpUser {
  waitTime = constant(0.1)
  @task async visit() {
    await this.client.get(`/${this.environment.workerIndex}`, { name: 'visit' })
  }
}

export const plan = {
  scenarios: { shape: { user: Visitor, ...JSON.parse(process.env['BENCH_LOAD'] ?? '{}') } },
}
