import { expect, test } from 'vitest'
import { VirtualClock } from '../../../kernel/clock.ts'
import { construct } from '../../../load/user/construct.ts'
import type { UserCore } from '../../../load/user/core.ts'
import { Unread } from './unread.ts'
import { WebSocketUser } from './websocket-user.ts'

class Watcher extends WebSocketUser {
  static override host = 'ws://shop.test'
  override websocket = { protocols: 'v1' }
}
const core = (clients: unknown[] = []) =>
  ({
    worker: { clock: new VirtualClock(), recorder: {}, plan: { host: null, hostOverrides: false } },
    userId: 1,
    addClient: (client: unknown) => clients.push(client),
  }) as unknown as UserCore

test('a WebSocketUser makes its client at the first use, once, and has it closed with the user', () => {
  const clients: unknown[] = []
  const user = construct(Watcher, core(clients)) as Watcher
  expect(clients).toEqual([])
  const { client } = user
  expect(user.client).toBe(client)
  expect(clients).toEqual([client])
  expect(WebSocketUser.abstract).toBe(true)
})

test('a client that its user has closed connects no more', async () => {
  const { client } = construct(Watcher, core()) as Watcher
  client.close()
  client.close()
  await expect(client.connect('/live')).rejects.toThrow('the user has ended')
})

test('unread messages are shared by readers in order, and end with the socket', async () => {
  const unread = new Unread(2)
  expect(['a', 'b', 'c'].map((each) => unread.add(each))).toEqual([true, true, false])
  const readers = [unread.next(), unread.next(), unread.next()]
  unread.add('d')
  const last = unread.next()
  unread.end()
  expect((await Promise.all(readers)).map((each) => each.value)).toEqual(['b', 'c', 'd'])
  expect((await last).done).toBe(true)
  expect((await unread.next()).done).toBe(true)
  expect(unread.dropped).toBe(1)
})
