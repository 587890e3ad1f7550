import { expect, test } from 'vitest'
import type { IterationQuota, VirtualUser } from '../../contracts/user.ts'
import { defineScenario } from './scenario.ts'
import { RescheduleTaskImmediately, StopTest, StopUser } from './signals.ts'
import { stage } from './stage.test-kit.ts'
import { tag, task, transition } from './task.ts'
import { MarkovTaskSet, SequentialTaskSet, TaskSet } from './task-set.ts'
import { User } from './user.ts'
import { between, constant, constantPacing } from './wait.ts'

const ended = (user: VirtualUser): Promise<VirtualUser> =>
  new Promise((resolve) => user.run(resolve))

/** One user from start to stop at `untilMs`; what it noted. */
async function life(userClass: unknown, untilMs = 3000, plan = {}) {
  const on = stage(userClass, plan)
  const user = on.create()
  const ready = await user.start()
  const over = ready ? ended(user) : Promise.resolve()
  await on.clock.runUntil(untilMs)
  // Tasks that follow at once take a turn of the event loop each.
  for (let turn = 0; turn < 20; turn++) await on.clock.runUntil(untilMs)
  await user.stop()
  await over
  return { ...on, ready, user }
}

test('decorators are lowered and mark tasks', async () => {
  const seen: string[] = []
  class Shopper extends User {
    override waitTime = constant(1)
    @task(3) browse() {
      seen.push('browse')
    }
    @task buy() {
      seen.push('buy')
    }
  }
  await life(Shopper, 99_500)
  expect(seen).toHaveLength(100)
  const browsed = seen.filter((each) => each === 'browse').length
  expect(browsed).toBeGreaterThan(60)
  expect(browsed).toBeLessThan(90)
})

test('the same seed and id make the same tasks, waits and values', async () => {
  const lives: string[][] = []
  for (let i = 0; i < 3; i++) {
    const seen: string[] = []
    class Shopper extends User {
      static override tasks = { a: 1, b: 2 }
      override waitTime = between(0.1, 1)
      a() {
        seen.push(`a ${this.random.integer(1, 1e9)}`)
      }
      b() {
        seen.push(`b ${this.context.worker.clock.nowMs()}`)
      }
    }
    await life(Shopper, 20_000, i === 2 ? { seed: 8 } : {})
    lives.push(seen)
  }
  expect(lives[0]!.length).toBeGreaterThan(20)
  expect(lives[0]).toEqual(lives[1])
  expect(lives[0]).not.toEqual(lives[2])
})

test('onStart, tasks, onStop run in that order and the client is closed last', async () => {
  const seen: string[] = []
  class Shopper extends User {
    static override tasks = { act: 1 }
    override waitTime = constant(1)
    override onStart() {
      this.addClient({ close: () => seen.push('close') })
      seen.push('start')
    }
    override onStop() {
      seen.push('stop')
    }
    act() {
      seen.push('act')
    }
  }
  await life(Shopper, 1500)
  expect(seen).toEqual(['start', 'act', 'act', 'stop', 'close'])
})

test('a constructor or onStart that throws fails the user, once, visibly', async () => {
  class Broken extends User {
    static override tasks = { act: 1 }
    field = JSON.parse('{')
    act() {}
  }
  const first = await life(Broken)
  expect([first.ready, first.user.failed]).toEqual([false, true])
  expect(first.failures[0]).toMatch(/^task TASK Shopper.constructor: SyntaxError/)
  const seen: string[] = []
  class NoLogin extends User {
    static override tasks = { act: 1 }
    override onStart() {
      throw new Error('no login')
    }
    override onStop() {
      seen.push('onStop')
    }
    act() {}
  }
  const second = await life(NoLogin)
  expect([second.ready, second.user.failed]).toEqual([false, true])
  expect(second.failures).toEqual(['task TASK Shopper.onStart: Error: no login'])
  expect(seen).toEqual(['onStop'])
})

test('a task that throws is counted each time, logged once, told to userError, and the user goes on', async () => {
  class Shopper extends User {
    static override tasks = { act: 1 }
    override waitTime = constant(1)
    act() {
      throw new Error('boom')
    }
  }
  const on = stage(Shopper)
  const told: string[] = []
  on.events.userError.addListener(({ where }) => told.push(where))
  const user = on.create()
  await user.start()
  const over = ended(user)
  await on.clock.runUntil(2500)
  await user.stop()
  await over
  expect(on.failures).toEqual(Array(3).fill('task TASK Shopper.act: Error: boom'))
  expect(on.logs.filter((each) => each.includes('boom'))).toHaveLength(1)
  expect(told).toEqual(['Shopper.act', 'Shopper.act', 'Shopper.act'])
})

test('StopUser ends the user through the onStop chain, inner to outer', async () => {
  const seen: string[] = []
  class Cart extends TaskSet {
    static override tasks = { leave: 1 }
    override onStop() {
      seen.push('cart')
    }
    leave() {
      throw new StopUser()
    }
  }
  class Shopper extends User {
    static override tasks = [Cart]
    override onStop() {
      seen.push('user')
    }
  }
  const { failures } = await life(Shopper)
  expect(seen).toEqual(['cart', 'user'])
  expect(failures).toEqual([])
})

test('StopTest from a task stops the whole test', async () => {
  class Shopper extends User {
    static override tasks = { act: 1 }
    act() {
      throw new StopTest('enough')
    }
  }
  expect((await life(Shopper)).stops).toEqual(['enough'])
})

test('interrupt leaves the set it is called on, with those inside, and the parent goes on at once or waits', async () => {
  const seen: string[] = []
  let wait = false
  class Inner extends TaskSet {
    static override tasks = { leaveAll: 1 }
    override onStop() {
      seen.push('inner left')
    }
    leaveAll() {
      ;(this.parent as TaskSet).interrupt(!wait)
    }
  }
  class Outer extends TaskSet {
    static override tasks = [Inner]
    override onStart() {
      seen.push('outer')
    }
    override onStop() {
      seen.push('outer left')
      if (seen.length > 5) wait = true
    }
  }
  class Shopper extends User {
    static override tasks = [Outer]
    override waitTime = constant(60)
  }
  await life(Shopper, 1000)
  // The second visit turns `wait` on as it ends, so the third is the first that makes the user wait.
  expect(seen).toEqual(Array(3).fill(['outer', 'inner left', 'outer left']).flat())
})

test('interrupt in onStart of a set leaves it without onStop', async () => {
  const seen: string[] = []
  class Closed extends TaskSet {
    static override tasks = { never: 1 }
    override onStart() {
      seen.push('in')
      this.interrupt(false)
    }
    override onStop() {
      seen.push('out')
    }
    never() {
      seen.push('never')
    }
  }
  class Shopper extends User {
    static override tasks = [Closed]
    override waitTime = constant(1)
  }
  await life(Shopper, 1500)
  expect(seen).toEqual(['in', 'in'])
})

test('a waiting user stops at once, one in a task after the task', async () => {
  let finished = 0
  class Shopper extends User {
    static override tasks = { act: 1 }
    override waitTime = constant(1000)
    async act() {
      await this.sleep(5)
      finished++
    }
  }
  const on = stage(Shopper)
  const user = on.create()
  await user.start()
  void ended(user)
  let stopped = false
  void user.stop().then(() => {
    stopped = true
  })
  await on.clock.runUntil(4000)
  expect([finished, stopped]).toEqual([0, false])
  await on.clock.runUntil(5000)
  expect([finished, stopped]).toEqual([1, true])
})

test('kill ends sleeps of the script and closes clients at once', async () => {
  let closed = 0
  class Shopper extends User {
    static override tasks = { act: 1 }
    async act() {
      this.addClient({ close: () => closed++ })
      await this.sleep(1e6)
    }
  }
  const on = stage(Shopper)
  const user = on.create()
  await user.start()
  const over = ended(user)
  expect(user.task).toBe('Shopper.act')
  user.kill()
  await over
  expect(closed).toBeGreaterThan(0)
  expect(on.failures).toEqual([])
})

test('a user that never waits leaves the event loop its turns', async () => {
  let count = 0
  class Shopper extends User {
    static override tasks = { spin: 1 }
    spin() {
      count++
      if (count > 100_000) throw new StopTest('the loop never turned')
      throw new RescheduleTaskImmediately()
    }
  }
  const { stops } = await life(Shopper, 10)
  expect(stops).toEqual([])
  expect(count).toBeGreaterThan(1)
})

test('one arrival is one task, inside whatever set the user is', async () => {
  const seen: string[] = []
  class Steps extends SequentialTaskSet {
    static override tasks = { one: 1, two: 2 }
    one() {
      seen.push('one')
    }
    two() {
      seen.push('two')
    }
  }
  class Shopper extends User {
    static override tasks = [Steps]
    override waitTime = constant(60)
  }
  const on = stage(Shopper)
  const user = on.create()
  await user.start()
  for (let i = 0; i < 4; i++) expect(await user.iterate(i)).toBe(true)
  expect(seen).toEqual(['one', 'two', 'two', 'one'])
  await user.stop()
  expect(await user.iterate(0)).toBe(false)
})

test('tags choose tasks per plan and leave classes alone', async () => {
  const seen = new Set<string>()
  class Shopper extends User {
    override waitTime = constant(1)
    @tag('a') @task one() {
      seen.add('one')
    }
    @task two() {
      seen.add('two')
    }
  }
  await life(Shopper, 20_000, { include: ['a'] })
  expect([...seen]).toEqual(['one'])
  await life(Shopper, 20_000, { exclude: ['a'] })
  expect([...seen]).toEqual(['one', 'two'])
})

test('a chain starts at its first task and follows its transitions', async () => {
  const seen: string[] = []
  class Chain extends MarkovTaskSet {
    override waitTime = constant(1)
    @transition('b') a() {
      seen.push('a')
    }
    @transition('a') b() {
      seen.push('b')
    }
  }
  class Shopper extends User {
    static override tasks = [Chain]
  }
  await life(Shopper, 3500)
  expect(seen).toEqual(['a', 'b', 'a', 'b'])
})

test('pacing starts a task each period', async () => {
  const starts: number[] = []
  class Shopper extends User {
    static override tasks = { act: 1 }
    override waitTime = constantPacing(1)
    async act() {
      starts.push(this.context.worker.clock.nowMs())
      await this.sleep(0.3)
    }
  }
  await life(Shopper, 3500)
  expect(starts).toEqual([0, 1000, 2000, 3000])
})

test('mistakes are said in sentences', async () => {
  class Shopper extends User {
    static override tasks = { brows: 1 }
  }
  expect((await life(Shopper)).failures[0]).toContain('lists the task "brows"')
  class Misplaced extends User {
    static override tasks = { act: 1 }
    weight = 3
    act() {}
  }
  expect((await life(Misplaced)).failures[0]).toContain('write `static weight')
  expect(() => new Shopper()).toThrow('cannot be made with `new`')
  class Bad extends User {
    static override tasks = { act: 1 }
    override waitTime() {
      return Number.NaN
    }
    act() {}
  }
  expect((await life(Bad, 1500)).failures).toHaveLength(2)
})

test('a function becomes a user class of its own', async () => {
  let calls = 0
  const Checkout = defineScenario(User, 'checkout', ({ user }) => (calls += user.id), {
    waitTime: constant(1),
  })
  await life(Checkout, 2500)
  expect([calls, Checkout.name]).toEqual([3, 'checkout'])
})

test('with a quota a user does so many iterations and ends without a last wait; to enter a set is part of its first task', async () => {
  const seen: string[] = []
  class Menu extends TaskSet {
    static override tasks = { look: 1 }
    override waitTime = constant(1)
    look() {
      seen.push(`look at ${this.user.context.worker.clock.nowMs()}`)
    }
  }
  class Shopper extends User {
    static override tasks = [Menu]
    override waitTime = constant(1)
    override onStop() {
      seen.push('stop')
    }
  }
  const on = stage(Shopper)
  const user = on.create()
  const noted: string[] = []
  let left = 3
  const quota: IterationQuota = {
    begin: () => {
      noted.push('begin')
      return left-- > 0
    },
    end: () => {
      noted.push('end')
      return left > 0
    },
  }
  await user.start()
  let endedMs = -1
  user.run(() => {
    endedMs = on.clock.nowMs()
  }, quota)
  for (let turn = 0; turn < 50; turn++) await on.clock.runUntil(10_000)
  expect(seen).toEqual(['look at 0', 'look at 1000', 'look at 2000', 'stop'])
  expect(noted).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end'])
  expect(endedMs).toBe(2_000)
})

test('a user whose quota is used up by others while it waits ends instead of its next task', async () => {
  let [tasks, left] = [0, 1]
  class Shopper extends User {
    static override tasks = { work: 1 }
    override waitTime = constant(1)
    work() {
      tasks++
    }
  }
  const on = stage(Shopper)
  const user = on.create()
  await user.start()
  let over = false
  user.run(
    () => {
      over = true
    },
    { begin: () => left-- > 0, end: () => true },
  )
  await on.clock.runUntil(5_000)
  expect([tasks, over]).toEqual([1, true])
})
