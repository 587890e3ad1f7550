/** A worker of a pool that is hostile, with the permissions that workers have: what it tries, and that nothing comes of it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { echo, heard, open, PREPARE, until } from '../../../../test/contracts/transport.ts'
import { hasNatsServer, NatsServer } from '../../../../test/nats-server.test-kit.ts'
import { SystemClock } from '../../../kernel/clock.ts'
import { dial } from './connect.ts'
import { envelope, messageLetter, openEnvelope } from './envelope.ts'
import { joinPool } from './join-pool.ts'
import type { Link } from './link.ts'
import { type NatsTransport, natsTransport } from './nats.ts'
import { Parcels } from './parcels.ts'
import { parse } from './pool.ts'
import { poolUsers } from './roles.ts'
import { SealedLetterBox } from './seal.ts'
import { FIND, sessionSubjects, workerSubject } from './subjects.ts'

const SECRET = 'the token of the shop'
const ignore = (): void => undefined

describe.skipIf(!hasNatsServer)('a hostile worker', () => {
  let server: NatsServer
  let hostile: Link
  let worker: Link
  let transport: NatsTransport
  let line: Awaited<ReturnType<typeof open>>[number]
  const claims: { session: string; runKey: { from: string; sealed: string } }[] = []
  const as = (user: string): Promise<Link> =>
    dial({ url: server.url.replace('//', `//${user}:${user}pw@`), clientName: user })

  beforeAll(async () => {
    server = await new NatsServer(
      poolUsers({ coordinator: 'coordinatorpw', worker: 'workerpw' }),
    ).start()
    ;[hostile, worker] = [await as('worker'), await as('worker')]
    hostile.listen('onrush.worker.*', ({ data }) => claims.push(parse(data) as never), ignore)
    await hostile.connection.flush()
    void joinPool({ link: worker, name: 'good', version: '1', onTrouble: ignore }).then(
      ({ channel }) => echo(channel),
    )
    await worker.connection.flush()
    const options = { clock: new SystemClock(), version: '1', by: 'a test', onTrouble: ignore }
    transport = natsTransport({ link: await as('coordinator'), ...options })
    await transport.claim(1, 5_000, 1)
    ;[line] = (await open(transport, 1)) as [typeof line]
    line.channel.send({ ...PREPARE, shared: SECRET })
    await heard(line, 'snapshot')
  })
  afterAll(async () => {
    await transport?.close()
    for (const link of [hostile, worker]) await link?.close()
    await server?.remove()
  })

  test('reads all that passes, and has neither script nor secrets of the run', async () => {
    const { session, runKey } = claims[0]!
    const { stream, postOf } = sessionSubjects(session)
    const consumer = await hostile.js.consumers.get(stream, { filter_subjects: postOf('to', 0) })
    const first = await consumer.next()
    const letter = openEnvelope(first!.data).letters[0] as { message: { parcel: string } }
    const parcel = Buffer.from(await new Parcels(hostile).get(letter.message.parcel))
    expect(parcel.length).toBeGreaterThan(100)
    expect(parcel.includes(SECRET)).toBe(false)
    expect(parcel.includes('bundle')).toBe(false)
    expect(() => new SealedLetterBox().open(runKey)).toThrow()
  })

  test('can neither find, claim, command nor end anything', async () => {
    const { session } = claims[0]!
    const { postOf, pulse, beat, stream } = sessionSubjects(session)
    const stop = messageLetter({ type: 'stop', reason: 'user', graceMs: 0 })
    const answers: unknown[] = []
    hostile.listen('_INBOX.hostile', (message) => answers.push(message), ignore)
    const { connection } = hostile
    connection.publish(FIND, '', { reply: '_INBOX.hostile' })
    connection.publish(workerSubject('any'), JSON.stringify({ session }), {
      reply: '_INBOX.hostile',
    })
    connection.publish(postOf('to', 0), envelope(1, [stop]))
    connection.publish(pulse('to', 0))
    connection.publish(beat, 'the run is over')
    await connection.flush()
    for (const what of [
      () => hostile.jsm.streams.delete(stream),
      () => hostile.jsm.streams.purge(stream),
      () => hostile.jsm.streams.list().next(),
    ])
      await expect(what()).rejects.toThrow()
    // The line is as it was: what is said next arrives next.
    line.channel.send({ type: 'ping', id: 3 })
    await until(() => line.reports.some((report) => report.type === 'pong'))
    expect(answers).toEqual([])
    expect(line.reports.map((report) => report.type)).toEqual([
      'hello',
      'stop-test',
      'snapshot',
      'pong',
    ])
  })
})
