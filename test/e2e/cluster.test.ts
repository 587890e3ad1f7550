/** `onrush cluster`: workers on machines reached by a real ssh and sshd; both machines are this one. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasNatsServer, NatsServer } from '../nats-server.test-kit.ts'
import { hasSshServer, SshServer } from '../ssh-server.test-kit.ts'
import { CliFolder, GET, type Started, scriptOf, Target } from './cli.test-kit.ts'

const BIN = fileURLToPath(new URL('../../bin/onrush.js', import.meta.url))

let folder: CliFolder
beforeEach(() => {
  folder = new CliFolder()
})
afterEach(() => folder.remove())

async function refuses(args: readonly string[], ...texts: readonly RegExp[]): Promise<void> {
  const { code, err } = await folder.run('cluster', ...args)
  for (const text of texts) expect(err).toMatch(text)
  expect(code).toBe(2)
}

test('what is no host, or comes twice, is said all at once', async () => {
  const hosts = 'box,-oProxyCommand=sh,box,,a b'
  await refuses(
    ['up', '--ssh', hosts, '--join', 'nats://127.0.0.1:1'],
    /"-oProxyCommand=sh" is no host/,
    /"" is no host/,
    /"a b" is no host/,
    /box is given twice/,
  )
})

test('without a server, a host or a verb: says what to write', async () => {
  await refuses(['up', '--ssh', 'box'], /no NATS server was named/, /cluster up --ssh/)
  await refuses(['up', '--join', 'nats://127.0.0.1:1'], /no machine was named/)
  await refuses([], /up or down was not said/)
  await refuses(
    ['up', '--ssh', 'box', '--workers', 'many', '--join', 'nats://127.0.0.1:1'],
    /"many" is not a number of workers/,
  )
})

test('`cluster down` where nothing is up', async () => {
  await refuses(['down'], /E_CLUSTER/, /no cluster is up in this folder/)
})

describe.skipIf(!hasSshServer || !hasNatsServer)('machines that are there', () => {
  let nats: NatsServer
  let ssh: SshServer
  beforeAll(async () => {
    nats = await new NatsServer('authorization { token: "sesame" }').start()
    ssh = await new SshServer().start(['box1', 'box2'])
  })
  afterAll(async () => {
    await ssh.remove()
    await nats.remove()
  })

  const joinUrl = (): string => nats.url.replace('//', '//sesame@')

  /** Says how workers are called there; `allEnded` resolves when no process of theirs is left: each holds the same pipe. */
  function leashed(): { onrush: string; allEnded: Promise<unknown> } {
    const pipe = join(folder.path, 'pipe')
    spawnSync('mkfifo', [pipe])
    const script = folder.write(
      'onrush',
      `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@" 4>${pipe}\n`,
    )
    chmodSync(join(folder.path, script), 0o755)
    const reader = spawn('cat', [pipe], { stdio: 'ignore' })
    return {
      onrush: join(folder.path, script),
      allEnded: new Promise((resolve) => reader.once('close', resolve)),
    }
  }

  function up(hosts: string, onrush: string, ...more: readonly string[]): Started {
    const flags = ['--ssh', hosts, '--ssh-config', ssh.configFile, '--onrush', onrush]
    return folder.start(['cluster', 'up', ...flags, '--join', joinUrl(), ...more])
  }

  const says = (started: Started, text: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      let said = ''
      started.child.stderr?.on('data', (part: string) => {
        said += part
        if (text.test(said)) resolve()
      })
      void started.ended.then(({ err }) => reject(new Error(`it ended: ${err}`)))
    })

  test('two machines serve a run, and `cluster down` ends them', async () => {
    const target = await new Target().open()
    const { onrush, allEnded } = leashed()
    const cluster = up('box1,box2', onrush, '--workers', '2')
    await says(cluster, /2 machines have joined/)
    expect((await folder.run('cluster', 'up', '--ssh', 'box1', '--join', joinUrl())).err).toMatch(
      /a cluster is up in this folder already/,
    )
    folder.write('shop.ts', scriptOf(GET, target.url))
    const load = ['-u', '8', '-r', '8', '-t', '1s', '--workers', '4', '--join', joinUrl()]
    expect(await folder.run('shop.ts', ...load)).toMatchObject({ code: 0 })
    expect(target.pids.size).toBe(4)
    expect((await folder.run('cluster', 'down')).code).toBe(0)
    const { code, err } = await cluster.ended
    await allEnded
    expect(code).toBe(0)
    expect(err).toMatch(/box1: box1-2: waits for a run/)
    expect(err).not.toContain('sesame')
    await refuses(['down'], /no cluster is up/)
    await target.close()
  })

  test('when `cluster up` is killed its workers end by themselves', async () => {
    const { onrush, allEnded } = leashed()
    const cluster = up('box1', onrush)
    await says(cluster, /1 machine has joined/)
    cluster.child.kill('SIGKILL')
    await allEnded
    // What it left behind is in nobody's way.
    await refuses(['down'], /no cluster is up/)
  })

  test('one machine that cannot be used: named with the reason, and no worker is left on the others', async () => {
    const { onrush, allEnded } = leashed()
    const { code, err } = await up('box1,nowhere.invalid', onrush).ended
    expect(code).toBe(2)
    expect(err).toMatch(/no worker came up on nowhere\.invalid/)
    expect(err).toMatch(/ssh ended with 255: .*resolve/)
    await allEnded
  })

  test('onrush is not there: said with the line of its shell', async () => {
    const { code, err } = await up('box1', '/nowhere/onrush').ended
    expect(code).toBe(2)
    expect(err).toMatch(/ssh ended with 127: .*\/nowhere\/onrush/)
  })
})
