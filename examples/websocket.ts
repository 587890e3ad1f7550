// A live line: one WebSocket per user, requests over it that wait for their own answer.
import { between, task } from 'onrush'
import { type UserSocket, WebSocketUser } from 'onrush/websocket'

export class Watcher extends WebSocketUser {
  waitTime = between(0.1, 0.3)
  socket!: UserSocket
  asked = 0

  async onStart() {
    this.socket = await this.client.connect('/live')
  }

  @task async askPrice() {
    const id = `${this.id}-${this.asked++}`
    const answer = await this.socket.request(
      JSON.stringify({ id, item: this.random.integer(1, 500) }),
      {
        name: 'price',
        match: (message) => typeof message === 'string' && JSON.parse(message).id === id,
        timeout: '5s',
      },
    )
    if (!answer.ok) return // a failed request is data: answer.error says why
    if (answer.json<{ id: string }>().id !== id) throw new Error('not my answer')
  }
}
