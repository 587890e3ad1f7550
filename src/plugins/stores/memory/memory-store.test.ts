import { describe } from 'vitest'
import { storeContract } from '../../../../test/contracts/store.ts'
import { MemoryStore } from './memory-store.ts'

describe('memory store', () => storeContract(async (epochMs) => new MemoryStore(epochMs)))
