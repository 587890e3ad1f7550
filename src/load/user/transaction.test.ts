import { expect, test } from 'vitest'
import type { RequestEvent } from '../../contracts/user.ts'
import { WorkerRecorder } from '../../model/metrics/recorder.ts'
import { allOf, isOfRequests } from '../../model/metrics/series-totals.ts'
import { RescheduleTask, StopUser } from './signals.ts'
import { stage } from './stage.test-kit.ts'
import { TaskSet } from './task-set.ts'
import { User } from './user.ts'

const HEALTH = { cpuRatio: 0, loopUtilisation: 0, loopDelayMsP99: 0, rssBytes: 0, openSockets: 0 }

/** A user whose one task is `act`, and what one arrival of it, `lateUs` late, left in the recorder. */
async function afterOne(
  act: (user: User) => unknown,
  { lateUs = 0, killAfterMs = Number.POSITIVE_INFINITY } = {},
) {
  class Shopper extends User {
    static override tasks = { act: 1 }
    act() {
      return act(this)
    }
  }
  const recorder = new WorkerRecorder(0)
  const on = stage(Shopper, {}, recorder)
  const user = on.create()
  await user.start()
  const over = user.iterate(lateUs)
  await on.clock.runUntil(Math.min(killAfterMs, 60_000))
  if (killAfterMs < 60_000) user.kill()
  await over
  const { series, errors } = recorder.flush(0, 0, HEALTH)
  const transactions = series.filter((each) => each.kind === 'transaction')
  return { ...on, series, errors, transactions, one: transactions[0]! }
}
const namesOf = (series: readonly { name: string }[]) => series.map((each) => each.name).sort()

test('a transaction is timed as a series of its own and answers what its steps answer', async () => {
  let answer: unknown
  const { one } = await afterOne(async (user) => {
    answer = await user.transaction('checkout', async () => {
      await user.sleep(2)
      return 42
    })
  })
  expect(answer).toBe(42)
  expect(one).toMatchObject({ kind: 'transaction', method: 'TX', name: 'checkout' })
  expect(one).toMatchObject({ requests: 1, failures: 0, wireRequests: 0 })
  expect(one.latency.maxUs).toBe(2_000_000)
})

test('steps that are no promise are timed too', async () => {
  const { one } = await afterOne((user) => user.transaction('count', () => 1))
  expect(one).toMatchObject({ requests: 1, failures: 0 })
})

test('no transaction is counted as a request', async () => {
  const { series } = await afterOne((user) => user.transaction('checkout', () => user.sleep(1)))
  expect(allOf(series.filter(isOfRequests)).requests).toBe(0)
})

test('an error fails it, and the task, each in its own series', async () => {
  const { series, errors, one } = await afterOne((user) =>
    user.transaction('checkout', async () => {
      await user.sleep(1)
      throw new Error('no stock')
    }),
  )
  expect(one).toMatchObject({ requests: 1, failures: 1 })
  expect(one.latency.maxUs).toBe(1_000_000)
  expect(namesOf(series)).toEqual(['Shopper.act', 'checkout'])
  expect(errors.map(({ method, kind, message }) => [method, kind, message])).toEqual([
    ['TX', 'script', 'Error: no stock'],
    ['TASK', 'script', 'Error: no stock'],
  ])
  expect(errors[0]!.sample).toContain('transaction.test.ts')
})

test('however often it fails, the stack is looked up once', async () => {
  let mapped = 0
  await afterOne(async (user) => {
    const core = user.context as { mapStack(stack: string): string }
    core.mapStack = (stack) => {
      mapped++
      return stack
    }
    for (let i = 0; i < 5; i++) {
      const failing = user.transaction('checkout', () => Promise.reject(new Error('no stock')))
      await failing.catch(() => undefined)
    }
  })
  expect(mapped).toBe(1)
})

test('even `throw undefined` fails it', async () => {
  const { one } = await afterOne((user) =>
    user.transaction('checkout', () => {
      throw undefined
    }),
  )
  expect(one).toMatchObject({ failures: 1 })
})

test.each([
  ['StopUser', () => new StopUser()],
  ['RescheduleTask', () => new RescheduleTask()],
])('%s passes through and is no failure', async (_name, signal) => {
  const { one, errors } = await afterOne((user) =>
    user.transaction('checkout', () => {
      throw signal()
    }),
  )
  expect(one).toMatchObject({ requests: 1, failures: 0 })
  expect(errors).toEqual([])
})

test('interrupt inside a transaction of a task set leaves the set', async () => {
  const seen: string[] = []
  class Cart extends TaskSet {
    static override tasks = { pay: 1 }
    override onStop() {
      seen.push('left')
    }
    async pay() {
      await this.transaction('pay', () => this.interrupt(false))
    }
  }
  class Shopper extends User {
    static override tasks = [Cart]
  }
  const recorder = new WorkerRecorder(0)
  const user = stage(Shopper, {}, recorder).create()
  await user.start()
  await user.iterate(0)
  expect(seen).toEqual(['left'])
  expect(recorder.flush(0, 0, HEALTH).series).toMatchObject([{ name: 'pay', failures: 0 }])
})

test('nested ones are counted each, the outer one with the time of the inner', async () => {
  const { transactions } = await afterOne((user) =>
    user.transaction('checkout', async () => {
      await user.transaction('ship', () => user.sleep(1))
      await user.transaction('pay', () => user.sleep(2))
    }),
  )
  const seconds = Object.fromEntries(transactions.map((e) => [e.name, e.latency.maxUs / 1e6]))
  expect(seconds).toEqual({ checkout: 3, ship: 1, pay: 2 })
})

test('one that a kill cut off is not counted at all', async () => {
  const { transactions, errors } = await afterOne(
    (user) => user.transaction('checkout', () => user.sleep(10)),
    { killAfterMs: 500 },
  )
  expect(transactions).toEqual([])
  expect(errors).toEqual([])
})

test('one that ends because its user is to end is not counted, one that ends its user is', async () => {
  const stopped = await afterOne((user) =>
    user.transaction('checkout', () => {
      user.stop()
      throw new StopUser('what a wait of a stopping user throws')
    }),
  )
  expect(stopped.transactions).toEqual([])
  const stops = await afterOne((user) =>
    user.transaction('checkout', () => {
      throw new StopUser()
    }),
  )
  expect(stops.one).toMatchObject({ requests: 1, failures: 0 })
})

test('a late arrival makes the first transaction late, and the next one not', async () => {
  const { transactions } = await afterOne(
    async (user) => {
      await user.transaction('first', () => user.sleep(1))
      await user.transaction('second', () => user.sleep(1))
    },
    { lateUs: 500_000 },
  )
  const responses = Object.fromEntries(transactions.map((e) => [e.name, e.response.maxUs]))
  expect(responses).toEqual({ first: 1_500_000, second: 1_000_000 })
})

test('a request inside is as late as the transaction around it', async () => {
  let seen = 0
  const { one } = await afterOne(
    (user) =>
      user.transaction('checkout', () => {
        seen = user.context.lateUs
        user.context.lateUs = 0
      }),
    { lateUs: 500_000 },
  )
  expect(seen).toBe(500_000)
  expect(one.response.maxUs).toBe(500_000)
})

const failedRequest = { method: 'POST', name: '/pay', error: 'status 500' } as RequestEvent

test('a failed request fails it only when asked to', async () => {
  const { transactions, errors } = await afterOne(async (user) => {
    const request = () => user.context.onRequest?.(failedRequest)
    await user.transaction('lenient', request)
    await user.transaction('strict', request, { failOnRequest: true })
    await user.transaction('after', request)
  })
  const failures = Object.fromEntries(transactions.map((e) => [e.name, e.failures]))
  expect(failures).toEqual({ lenient: 0, strict: 1, after: 0 })
  expect(errors).toMatchObject([
    { name: 'strict', kind: 'other', message: 'a request in it failed: POST /pay' },
  ])
})

test('watching requests does not keep them from events.request, and ends with the last watcher', async () => {
  const heard: string[] = []
  const strict = { failOnRequest: true }
  const { transactions } = await afterOne(async (user) => {
    user.environment.events.request.addListener((event) => heard.push(event.name))
    await user.transaction(
      'outer',
      async () => {
        await user.transaction('inner', () => undefined, strict)
        user.context.onRequest?.(failedRequest)
      },
      strict,
    )
    user.environment.events.clear()
    expect(user.context.onRequest).toBeUndefined()
  })
  expect(heard).toEqual(['/pay'])
  expect(Object.fromEntries(transactions.map((e) => [e.name, e.failures]))).toEqual({
    inner: 0,
    outer: 1,
  })
})

test.each([
  ['no name', ['', () => 1]],
  ['no function', ['checkout']],
])('%s is refused with a sentence that says what to write', async (_what, args) => {
  const { errors } = await afterOne((user) =>
    (user.transaction as (...args: unknown[]) => unknown).apply(user, args),
  )
  expect(errors).toMatchObject([{ kind: 'script' }])
  expect(errors[0]!.message).toContain("await this.transaction('checkout'")
})
