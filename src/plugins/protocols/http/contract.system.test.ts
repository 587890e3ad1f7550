import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { protocolContract } from '../../../../test/contracts/protocol.ts'
import { HttpSession } from '../../../load/http/session.ts'

protocolContract({
  kind: 'http',
  requestsOfFirstAsk: 1,
  async startTarget() {
    let received = 0
    let closed: Promise<void> | undefined
    const server = createServer((request, response) => {
      received++
      if (request.url !== '/in-vain') response.end('answer')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return {
      host,
      get received() {
        return received
      },
      close() {
        closed ??= new Promise((resolve) => {
          server.close(() => resolve())
          server.closeAllConnections()
        })
        return closed
      },
    }
  },
  client(host, context) {
    const session = new HttpSession(host, {}, context)
    return {
      ask: () => session.get('/'),
      askInVain: () => session.get('/in-vain'),
      close: () => session.close(),
    }
  },
})
