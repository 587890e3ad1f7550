import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  echo,
  heard,
  open,
  PREPARE,
  transportContract,
  until,
} from '../../../../test/contracts/transport.ts'
import { hasNatsServer, NatsServer } from '../../../../test/nats-server.test-kit.ts'
import { SystemClock } from '../../../kernel/clock.ts'
import { dial } from './connect.ts'
import { envelope, messageLetter, openEnvelope } from './envelope.ts'
import { joinPool } from './join-pool.ts'
import type { Link } from './link.ts'
import { type NatsTransport, natsTransport } from './nats.ts'
import { Parcels } from './parcels.ts'
import { claimWorker, findWorkers } from './pool.ts'
import { newRunKey } from './seal.ts'
import { newId, PARCEL_STORE, sessionSubjects } from './subjects.ts'

const clientName = 'test'
/** Goes wrong only when a message cannot be read or stored, which no test here wants. */
const onTrouble = (text: string): void => {
  throw new Error(text)
}

describe.skipIf(!hasNatsServer)('NATS transport', () => {
  let server: NatsServer
  beforeAll(async () => {
    server = await new NatsServer().start()
  })
  afterAll(() => server.remove())

  transportContract(() => withEchoWorkers(() => server.url), {
    cut: () => server.kill(),
    heal: async () => {
      await server.start()
    },
  })

  test('a worker serves one run at a time; who asks second is told by whom', async () => {
    const version = newId()
    const links = await joinEcho(server.url, 3, version)
    const [first, second] = [
      await transport(server.url, version),
      await transport(server.url, version),
    ]
    expect((await first.claim(2, 5_000, 10)).taken).toHaveLength(2)
    const state = await second.claim(2, 0, 10)
    expect(state.taken).toHaveLength(1)
    expect(state.busy.map((each) => each.servedBy)).toEqual(['a test', 'a test'])
    for (const each of [first, second, ...links]) await each.close()
  })

  test('all that are free are taken when no number is given; those of another version are named', async () => {
    const version = newId()
    const links = [
      ...(await joinEcho(server.url, 3, version)),
      ...(await joinEcho(server.url, 1, `not ${version}`)),
    ]
    const one = await transport(server.url, version)
    const { taken, others } = await one.claim(null, 5_000, 10)
    expect(taken.map((each) => each.name)).toEqual(['echo-1', 'echo-2', 'echo-3'])
    expect(others.map((each) => each.version)).toContain(`not ${version}`)
    for (const each of [one, ...links]) await each.close()
  })

  // Its run has no stream, which it may complain of.
  test('a worker whose coordinator never comes back is free after its silence', async () => {
    const link = await dial({ url: server.url, clientName })
    const joined = joinPool({ link, name: 'waits', version: newId(), onTrouble: () => undefined })
    await link.connection.flush()
    const asker = await dial({ url: server.url, clientName })
    const found = await findWorkers(asker, 2_000, (all) => all.some(isWaiting), onTrouble)
    const claim = { session: newId(), slot: 0, by: 'a test' }
    expect(await claimWorker(asker, found.find(isWaiting)!, claim, newRunKey())).toBe(true)
    const { channel } = await joined
    expect(await channel.closed).toEqual({ clean: false, detail: 'the coordinator is silent' })
    await link.close()
    await asker.close()
  })

  test('a run leaves nothing on the server but its script', async () => {
    const one = withEchoWorkers(() => server.url)
    const [line] = await open(one, 1)
    await heard(line!, 'hello')
    await one.close()
    const link = await dial({ url: server.url, clientName })
    const names = await link.jsm.streams.names().next()
    expect(names.filter((each) => each.startsWith('onrush-run-'))).toEqual([])
    await link.close()
  })

  test('a worker that leaves says so, behind everything else it said', async () => {
    const version = newId()
    const link = await dial({ url: server.url, clientName })
    const joined = joinPool({ link, name: 'leaves', version, onTrouble })
    await link.connection.flush()
    const one = await transport(server.url, version)
    await one.claim(1, 5_000, 1)
    const [line] = await open(one, 1)
    const { channel } = await joined
    channel.send({ type: 'ready' })
    await channel.leave('was stopped on its machine')
    expect(await line!.channel.closed).toEqual({
      clean: false,
      detail: 'was stopped on its machine',
    })
    expect(line!.reports).toEqual([{ type: 'ready' }])
    await one.close()
    await link.close()
  })

  test('a parcel that was changed in the store is refused', async () => {
    const link = await dial({ url: server.url, clientName })
    const parcels = new Parcels(link)
    const hash = await parcels.put(new Uint8Array([1, 2, 3]))
    const store = await link.objectStore(PARCEL_STORE, 0)
    await store.putBlob({ name: hash }, new Uint8Array([1, 2, 4]))
    await expect(parcels.get(hash)).rejects.toThrow('was changed on the way')
    await store.delete(hash)
    await expect(parcels.get(hash)).rejects.toThrow('is not in the object store')
    await link.close()
  })

  test('a worker whose script does not arrive says so instead of being waited for', async () => {
    const version = newId()
    const link = await dial({ url: server.url, clientName })
    const joined = joinPool({ link, name: 'misses', version, onTrouble })
    await link.connection.flush()
    const asker = await dial({ url: server.url, clientName })
    const found = await findWorkers(
      asker,
      2_000,
      (all) => all.some((each) => each.version === version),
      onTrouble,
    )
    const session = newId()
    const { stream, post, postOf } = sessionSubjects(session)
    await asker.jsm.streams.add({ name: stream, subjects: [post] })
    const worker = found.find((each) => each.version === version)!
    await claimWorker(asker, worker, { session, slot: 0, by: 'a test' }, newRunKey())
    const { channel } = await joined
    channel.onMessage(() => undefined)
    const answered = new Promise((resolve) =>
      asker.listen(
        postOf('from', 0),
        ({ data }) => resolve(openEnvelope(data).letters[0]),
        onTrouble,
      ),
    )
    const prepare = messageLetter({ type: 'prepare', parcel: 'feed' } as never)
    await asker.js.publish(postOf('to', 0), envelope(0, [prepare]))
    const refused = { type: 'failed', problem: { code: 'E_JOIN', path: 'worker misses' } }
    expect(await answered).toMatchObject({ kind: 'message', message: refused })
    await asker.jsm.streams.delete(stream)
    channel.close()
    await asker.close()
    await link.close()
  })

  test('an account that may use the subjects of the guide, and no others, is enough', async () => {
    const page = new URL('../../../../docs/guide/many-machines.md', import.meta.url)
    const table = /\| subject \|[\s\S]+?\n\n/.exec(readFileSync(page, 'utf8'))![0]
    const subjects = [...table.matchAll(/`([^`]+)`/g)].map(([, subject]) => `"${subject}"`)
    expect(subjects.length).toBeGreaterThan(6)
    const permissions = `{ publish: [${subjects}], subscribe: [${subjects}] }`
    const own = await new NatsServer(
      `authorization { users: [{ user: me, password: secret, permissions: ${permissions} }] }`,
    ).start()
    const one = withEchoWorkers(() => own.url.replace('//', '//me:secret@'))
    const [line] = await open(one, 1)
    // Larger than one message of the object store.
    const code = 'x'.repeat(3_000_000)
    line!.channel.send({ ...PREPARE, bundle: { ...PREPARE.bundle, code } })
    await heard(line!, 'snapshot')
    await one.close()
    await own.remove()
  })

  test('the line that is down is known', async () => {
    const own = await new NatsServer().start()
    const one = await transport(own.url, newId())
    expect(one.interrupted).toBe(false)
    await own.kill()
    await until(() => one.interrupted === true)
    await own.start()
    await until(() => one.interrupted === false)
    await one.close()
    await own.remove()
  })
})

const isWaiting = ({ name }: { name: string }): boolean => name === 'waits'

async function transport(url: string, version: string): Promise<NatsTransport> {
  const link = await dial({ url, clientName })
  return natsTransport({ link, clock: new SystemClock(), version, by: 'a test', onTrouble })
}

/** Workers of a version that no other test asks for. */
async function joinEcho(url: string, count: number, version: string): Promise<Link[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const link = await dial({ url, clientName })
      void joinPool({ link, name: `echo-${at + 1}`, version, onTrouble }).then(({ channel }) =>
        echo(channel),
      )
      await link.connection.flush()
      return link
    }),
  )
}

/** As the contract wants it: far ends that come with the transport. */
function withEchoWorkers(url: () => string) {
  const version = newId()
  let made: NatsTransport | undefined
  let links: Link[] = []
  return {
    name: 'nats',
    async start(count: number, onWorker: Parameters<NatsTransport['start']>[1]) {
      links = await joinEcho(url(), count, version)
      made = await transport(url(), version)
      await made.claim(count, 5_000, count)
      await made.start(count, onWorker)
    },
    async close() {
      await made?.close()
      for (const link of links) await link.close()
    },
  }
}
