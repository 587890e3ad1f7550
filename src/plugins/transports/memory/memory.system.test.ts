import { describe } from 'vitest'
import { transportContract } from '../../../../test/contracts/transport.ts'
import { SystemClock } from '../../../kernel/clock.ts'
import { memoryTransport } from './memory.ts'

describe('memory transport', () => {
  transportContract(() =>
    memoryTransport({
      clock: new SystemClock(),
      serve(channel, index) {
        channel.onMessage((message) => {
          if (message.type === 'ping') channel.send({ type: 'pong', id: message.id, epochMs: 42 })
          if (message.type !== 'prepare') return
          channel.send({ type: 'snapshot', sequence: 0, bytes: new Uint8Array([1, 2, 255]) })
        })
        channel.send({ type: 'hello', version: '1.0.0', pid: index, host: 'memory' })
      },
    }),
  )
})
