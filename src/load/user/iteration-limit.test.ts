import { expect, test } from 'vitest'
import type { VirtualUser } from '../../contracts/user.ts'
import { REFUSALS_MAX } from '../../kernel/limits.ts'
import type { UserClient } from './core.ts'
import { RescheduleTaskImmediately } from './signals.ts'
import { type Stage, stage } from './stage.test-kit.ts'
import { TaskSet } from './task-set.ts'
import { User } from './user.ts'
import { constant } from './wait.ts'

const LIMIT = { iterationTimeoutMs: 1_000 }

/** A client whose calls end when it is cut or closed, and that says what was asked of it. */
class Line implements UserClient {
  readonly seen: string[] = []
  _end: ((why: string) => void) | undefined = undefined
  _refusing: Error | undefined = undefined

  call(): Promise<string> {
    if (this._refusing !== undefined) return Promise.reject(this._refusing)
    this.seen.push('call')
    return new Promise((resolve) => {
      this._end = resolve
    })
  }
  close(): void {
    this.seen.push('close')
    this._end?.('closed')
  }
  cut(why: Error): void {
    this.seen.push('cut')
    this._refusing = why
    this._end?.(why.message)
  }
  mend(): void {
    this.seen.push('mend')
    this._refusing = undefined
  }
}

/** A user whose line is made at once. */
class Caller extends User {
  readonly line = this.addClient(new Line())
}

/** In the closed model until `untilMs`; then it is asked to end. */
async function live(on: Stage, untilMs: number, settings = LIMIT): Promise<VirtualUser> {
  const user = on.create(1, settings)
  await user.start()
  const over = new Promise((resolve) => user.run(resolve))
  await settle(on, untilMs)
  const stopped = user.stop()
  await settle(on, untilMs + 5_000)
  await Promise.all([stopped, over])
  return user
}

/** In steps, because a task that was cut takes turns of the event loop to end. */
async function settle(on: Stage, untilMs: number): Promise<void> {
  for (let atMs = on.clock.nowMs(); atMs <= untilMs; atMs += 100) {
    for (let turn = 0; turn < 5; turn++) await on.clock.runUntil(atMs)
  }
  await on.clock.runUntil(untilMs)
}

const CUT = 'task TASK Shopper.act: the iteration took longer than 1 s'

test('an iteration that takes longer is cut: counted with its task, its sleep rejects, and the user goes on', async () => {
  const thrown: string[] = []
  class Sleeper extends User {
    static override tasks = ['act']
    override waitTime = constant(1)
    async act() {
      await this.sleep(3).catch((why: Error) => {
        thrown.push(`${this.context.worker.clock.nowMs()} ${why.name}`)
        throw why
      })
    }
  }
  const on = stage(Sleeper)
  await live(on, 3_500)
  // Two seconds a round: one until it is cut, one of waiting.
  expect(thrown).toEqual(['1000 IterationTimeout', '3000 IterationTimeout'])
  expect(on.failures).toEqual([CUT, CUT])
  expect(on.logs).toHaveLength(1)
  expect(on.clock.pending).toBe(0)
})

test('one that is in time has a timer while it runs and none afterwards', async () => {
  class Quick extends User {
    static override tasks = ['act']
    override waitTime = constant(10)
    async act() {
      await this.sleep(0.5)
    }
  }
  const on = stage(Quick)
  const user = on.create(1, LIMIT)
  await user.start()
  user.run(() => undefined)
  await settle(on, 100)
  expect(on.clock.pending).toBe(2)
  await settle(on, 600)
  expect(on.clock.pending).toBe(1)
  expect(on.failures).toEqual([])
  await user.stop()
  expect(on.clock.pending).toBe(0)
})

test('open calls end, later ones of the same task are refused, those of the next iteration are not', async () => {
  const answers: string[] = []
  class Shopper extends Caller {
    static override tasks = ['act']
    override waitTime = constant(100)
    async act() {
      answers.push(await this.line.call())
      await this.line.call().catch((why: Error) => answers.push(why.name))
      await this.sleep(1).catch((why: Error) => answers.push(why.name))
      await this.rendezvous('here', 2).catch((why: Error) => answers.push(why.name))
      answers.push('goes on regardless')
    }
  }
  const on = stage(Shopper)
  const user = on.create(1, LIMIT)
  await user.start()
  expect(await iterate(on, user, 1_000)).toBe(true)
  expect(answers).toEqual([
    'the iteration took longer than 1 s',
    'IterationTimeout',
    'IterationTimeout',
    'IterationTimeout',
    'goes on regardless',
  ])
  const again = iterate(on, user, 2_000)
  expect(await again).toBe(true)
  expect(on.failures).toEqual([CUT, CUT])
  await user.stop()
})

/** Open model: one iteration that is cut at `cutMs`. */
async function iterate(on: Stage, user: VirtualUser, cutMs: number): Promise<boolean> {
  const iterated = user.iterate(0)
  await settle(on, cutMs)
  return iterated
}

test('what a task began and did not wait for is refused as well, and stops', async () => {
  let refused = 0
  class Forker extends User {
    static override tasks = ['act']
    async act() {
      const left = async (): Promise<void> => {
        for (;;) await this.sleep(5).catch(() => refused++)
      }
      void left()
      await this.sleep(5)
    }
  }
  const on = stage(Forker)
  const user = on.create(1, LIMIT)
  await user.start()
  expect(await iterate(on, user, 1_000)).toBe(true)
  expect(refused).toBe(1 + REFUSALS_MAX)
  expect(on.clock.pending).toBe(0)
})

test('a task that awaits what nobody can end is given up with its user, which can send no more', async () => {
  class Stuck extends Caller {
    static override tasks = ['act']
    async act() {
      await new Promise(() => undefined)
    }
  }
  const on = stage(Stuck)
  const user = on.create(1, LIMIT)
  await user.start()
  const iterated = user.iterate(0)
  await settle(on, 1_999)
  expect(user.abandoned).toBe(false)
  await settle(on, 2_000)
  expect(await iterated).toBe(false)
  expect([user.abandoned, user.failed]).toEqual([true, true])
  expect(on.failures).toEqual([CUT])
  expect(on.logs.at(-1)).toMatch(/Shopper.act did not end within 1 s after it was cut/)
  expect(on.clock.pending).toBe(0)
})

test('a task that swallows everything in a loop is given up and stops', async () => {
  let rounds = 0
  class Stubborn extends User {
    static override tasks = ['act']
    async act() {
      for (;;) {
        rounds++
        await this.sleep(10).catch(() => undefined)
      }
    }
  }
  const on = stage(Stubborn)
  const user = await live(on, 3_000)
  expect(user.abandoned).toBe(true)
  const before = rounds
  await settle(on, 20_000)
  expect(rounds).toBe(before)
})

test('all that a task enters at once is one iteration; a cut one does not go on at once', async () => {
  const begun: string[] = []
  class Cart extends TaskSet {
    static override tasks = ['add']
    async add() {
      begun.push(`add ${this.user.context.worker.clock.nowMs()}`)
      await this.user.sleep(0.4)
      throw new RescheduleTaskImmediately()
    }
  }
  class Shopper extends User {
    static override tasks = [Cart]
    override waitTime = constant(5)
  }
  const on = stage(Shopper)
  await live(on, 6_100)
  expect(begun).toEqual(['add 0', 'add 400', 'add 800', 'add 6000'])
  expect(on.failures).toEqual(['task TASK Shopper.Cart.add: the iteration took longer than 1 s'])
})

test('a set left by a task that was cut can still say goodbye', async () => {
  const seen: string[] = []
  class Visit extends TaskSet {
    static override tasks = ['look']
    override async onStop() {
      await this.user.sleep(0.1)
      seen.push('goodbye')
    }
    async look() {
      try {
        await this.user.sleep(5)
      } finally {
        this.interrupt()
      }
    }
  }
  class Shopper extends User {
    static override tasks = [Visit]
    override waitTime = constant(50)
  }
  const on = stage(Shopper)
  const user = on.create(1, LIMIT)
  await user.start()
  user.run(() => undefined)
  await settle(on, 1_200)
  expect(seen).toEqual(['goodbye'])
  await user.stop()
})

test('a transaction that the timeout cuts has failed, also when its steps return', async () => {
  class Shopper extends Caller {
    static override tasks = ['act']
    override waitTime = constant(50)
    async act() {
      await this.transaction('checkout', () => this.line.call())
    }
  }
  const on = stage(Shopper)
  const user = on.create(1, LIMIT)
  await user.start()
  expect(await iterate(on, user, 1_000)).toBe(true)
  expect(on.failures).toEqual([
    CUT,
    'transaction TX checkout: IterationTimeout: the iteration took longer than 1 s',
  ])
})

test('without a timeout a long iteration is left alone', async () => {
  class Sleeper extends User {
    static override tasks = ['act']
    async act() {
      await this.sleep(3_600)
    }
  }
  const on = stage(Sleeper)
  const user = on.create(1, {})
  await user.start()
  const iterated = user.iterate(0)
  await on.clock.runUntil(3_600_000)
  expect(await iterated).toBe(true)
  expect(on.failures).toEqual([])
})

test('users read the environment of their scenario, and nothing of the process', async () => {
  const seen: unknown[] = []
  class Shopper extends User {
    static override tasks = ['act']
    act() {
      seen.push(this.env['REGION'], this.env['PATH'])
    }
  }
  const on = stage(Shopper)
  for (const settings of [{ env: { REGION: 'eu' } }, {}]) {
    const user = on.create(1, settings)
    await user.start()
    await user.iterate(0)
    await user.stop()
  }
  expect(seen).toEqual(['eu', undefined, undefined, undefined])
})

test('what follows a task, such as leaving its set, is given up like the task', async () => {
  class Visit extends TaskSet {
    static override tasks = ['look']
    override async onStop() {
      await new Promise(() => undefined)
    }
    look() {
      this.interrupt()
    }
  }
  class Shopper extends User {
    static override tasks = [Visit]
  }
  const on = stage(Shopper)
  const user = on.create(1, LIMIT)
  await user.start()
  const over = user.iterate(0)
  await settle(on, 3_000)
  expect(user.abandoned).toBe(true)
  expect(on.logs.at(-1)).toContain('Shopper.Visit.look did not end')
  expect(await over).toBe(false)
})
