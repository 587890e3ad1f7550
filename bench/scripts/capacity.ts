// One visit: the address comes from the environment, so that one script serves all targets.
import { HttpUser, task } from 'onrush'

export class Visitor extends HttpUser {
  @task async look() {
    await this.client.get(process.env['TARGET_PATH'] ?? '/', { name: 'visit' })
  }
}
