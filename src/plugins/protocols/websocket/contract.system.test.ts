import { protocolContract } from '../../../../test/contracts/protocol.ts'
import type { UserSocket } from './user-socket.ts'
import { PlayServer, textFrame } from './websocket.test-kit.ts'
import { WebSocketClient } from './websocket-client.ts'

protocolContract({
  kind: 'websocket',
  requestsOfFirstAsk: 2,
  async startTarget() {
    const server = new PlayServer({
      onFrame(frame, guest) {
        if (frame.opcode === 1 && frame.payload.toString() !== 'in vain')
          guest.send(textFrame('answer'))
        if (frame.opcode === 8) guest.socket.end()
      },
    })
    await server.open()
    const { url } = server
    return {
      host: url,
      get received() {
        return server.guests.length + server.messages.length
      },
      close: () => server.close(),
    }
  },
  client(host, context) {
    const client = new WebSocketClient(host, {}, context)
    let socket: UserSocket | undefined
    const ask = async (text: string) => {
      socket ??= await client.connect('/live')
      return socket.request(text)
    }
    return {
      ask: () => ask('please'),
      askInVain: () => ask('in vain'),
      close: () => client.close(),
    }
  },
})
