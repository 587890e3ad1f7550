import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../kernel/clock.ts'
import { construct } from '../../../load/user/construct.ts'
import type { UserCore } from '../../../load/user/core.ts'
import { HttpUser, scenario } from './http-user.ts'

const core = (clients: unknown[] = []) =>
  ({
    worker: { clock: new VirtualClock(), recorder: {}, plan: { host: null, hostOverrides: false } },
    userId: 1,
    addClient: (client: unknown) => clients.push(client),
  }) as unknown as UserCore

class Shopper extends HttpUser {
  static override host = 'http://shop.test'
  override http = { timeout: '2s' }
}

describe('HttpUser', () => {
  it('makes its client at the first use, once, and has it closed with the user', () => {
    const clients: unknown[] = []
    const user = construct(Shopper, core(clients)) as Shopper
    expect(clients).toEqual([])
    const { client } = user
    expect(user.client).toBe(client)
    expect(clients).toEqual([client])
    expect(client._timeouts.totalMs).toBe(2_000)
  })
  it('says what is wrong with a host when it is needed, not before', () => {
    class Wrong extends HttpUser {
      static override host = 'shop.test'
    }
    const user = construct(Wrong, core()) as Wrong
    expect(() => user.client).toThrow(/"shop.test" is not a URL/)
  })
  it('is abstract itself; a class that extends it says nothing and is not started by mistake', () => {
    expect(HttpUser.abstract).toBe(true)
    expect(Object.hasOwn(Shopper, 'abstract')).toBe(false)
  })
  it('scenario() makes one from a function', () => {
    const Checkout = scenario('checkout', async () => {}, { host: 'http://x' })
    const user = construct(Checkout, core()) as HttpUser
    expect(user).toBeInstanceOf(HttpUser)
    expect(user.host).toBe('http://x')
  })
})
