import { describe } from 'vitest'
import { echo, transportContract } from '../../../../test/contracts/transport.ts'
import { SystemClock } from '../../../kernel/clock.ts'
import { memoryTransport } from './memory.ts'

describe('memory transport', () => {
  transportContract(() => memoryTransport({ clock: new SystemClock(), serve: echo }))
})
