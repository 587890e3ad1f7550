/** An executor on a virtual clock, with users that do as told and everything that was counted. */
import type { LoadShape, Scenario, Share, UserShare } from '../../contracts/plan.ts'
import type { IterationQuota, UserFactory, VirtualUser } from '../../contracts/user.ts'
import { VirtualClock } from '../../kernel/clock.ts'
import { createExecutor } from './executor.ts'

export interface Behaviour {
  readonly startMs?: number
  readonly startAfterMs?: number
  /** How long it goes on after it was asked to end. */
  readonly endMs?: number
  /** By user id and its task (from 0) where they differ. */
  readonly taskMs?: number | ((id: number, task: number) => number)
  /** Works on one task that ends only when it is killed. */
  readonly busy?: boolean
  /** Of the scenario's first user; 1 when not given. */
  readonly firstId?: number
  /** Of the scenario; one class A when not given. */
  readonly users?: readonly UserShare[]
  readonly userId?: (index: number) => number
  readonly fails?: boolean
  readonly hangs?: boolean
  /** Is given up so long after it began, as one whose task was cut and never ended. */
  readonly givenUpAfterMs?: number
}

export function set(load: LoadShape, behaviour: Behaviour = {}, share: Share = whole) {
  const clock = new VirtualClock()
  const counts = { started: 0, stopped: 0, failed: 0, due: 0, began: 0, dropped: 0, finished: 0 }
  const late: number[] = []
  const ids: number[] = []
  const logs: string[] = []
  /** Iterations by user id. */
  const completed = new Map<number, number>()
  const done: number[] = []
  /** Ids of the users that exist. */
  const live = new Set<number>()
  /** Of those that were made last. */
  const classes = new Map<number, string>()
  /** Of those that exist, in order of their ids: `AABA`. */
  const mix = () =>
    [...live]
      .sort((a, b) => a - b)
      .map((id) => classes.get(id))
      .join('')
  const pause = (ms: number) =>
    ms === 0
      ? Promise.resolve()
      : new Promise<void>((r) => clock.at(clock.nowMs() + ms, r, undefined))
  const factory: UserFactory = {
    create(className, id): VirtualUser {
      ids.push(id)
      if (live.has(id)) throw new Error(`two users have the id ${id}`)
      live.add(id)
      classes.set(id, className)
      let stopping = false
      let tasks = 0
      let wasKilled = false
      let cut = (): void => {}
      const killed = new Promise<void>((resolve) => {
        cut = resolve
      })
      let wake = (): void => {}
      const ended = new Promise<void>((resolve) => {
        wake = resolve
      })
      const task = async (): Promise<void> => {
        const { taskMs = 0, busy = false } = behaviour
        const ms = typeof taskMs === 'number' ? taskMs : taskMs(id, tasks++)
        await (busy ? killed : Promise.race([pause(ms), killed]))
      }
      const iterations = async (quota: IterationQuota): Promise<void> => {
        while (!stopping && quota.begin()) {
          await task()
          if (!wasKilled) completed.set(id, (completed.get(id) ?? 0) + 1)
          if (!quota.end()) break
        }
      }
      const user: VirtualUser = {
        id,
        className,
        failed: behaviour.fails === true,
        async start() {
          await pause(behaviour.startMs ?? 0)
          const ready = !stopping && behaviour.fails !== true
          if (!ready) live.delete(id)
          return ready
        },
        run: (onEnd, quota) => {
          const work = quota === undefined ? ended : iterations(quota)
          const { givenUpAfterMs } = behaviour
          const givenUp = new Promise<boolean>((resolve) => {
            if (givenUpAfterMs !== undefined) void pause(givenUpAfterMs).then(() => resolve(true))
          })
          void Promise.race([work, givenUp]).then((abandoned) => {
            live.delete(id)
            onEnd(Object.assign(user, { abandoned: abandoned === true }))
          })
        },
        async iterate() {
          await task()
          return !stopping
        },
        stop() {
          stopping = true
          if (behaviour.hangs === true || behaviour.busy === true) return ended
          if (behaviour.endMs === undefined) wake()
          else void pause(behaviour.endMs).then(wake)
          return ended
        },
        kill() {
          if (behaviour.hangs === true) return
          wasKilled = true
          cut()
          wake()
        },
      }
      return user
    },
  }
  const scenario: Scenario = {
    name: 's',
    users: behaviour.users ?? [{ className: 'A', weight: 1, fixedCount: 0 }],
    load,
    startAfterMs: behaviour.startAfterMs ?? 0,
    gracefulStopMs: 0,
  }
  const executor = createExecutor(scenario, {
    clock,
    factory,
    share,
    userId: behaviour.userId ?? ((index) => index + (behaviour.firstId ?? 1)),
    startedAtMs: 0,
    onDone: () => done.push(clock.nowMs()),
    log: (_level, text) => logs.push(text),
    recorder: {
      userStarted: () => counts.started++,
      userStopped: () => counts.stopped++,
      userFailed: () => counts.failed++,
      arrivalDue: () => counts.due++,
      arrivalStarted: (lateUs) => {
        counts.began++
        late.push(lateUs)
      },
      arrivalDropped: () => counts.dropped++,
      arrivalFinished: () => counts.finished++,
    },
  })
  return { clock, executor, counts, late, ids, logs, completed, done, live, mix }
}

export const whole: Share = { index: 0, weights: [1], lost: [] }
export const users = (n: number, spawnRatePerSec: number): LoadShape => ({
  kind: 'constant-users',
  users: n,
  spawnRatePerSec,
  durationMs: null,
})
export const arrivals = (perSec: number, durationMs: number, usersMax: number): LoadShape => ({
  kind: 'constant-arrivals',
  rate: { arrivals: perSec, perNs: 1e9 },
  durationMs,
  usersMax,
})

export function rampingUsers(
  startUsers: number,
  stages: [users: number, durationMs: number][],
  gracefulRampDownMs = 0,
): LoadShape & { readonly durationMs: number } {
  return {
    kind: 'ramping-users',
    startUsers,
    stages: stages.map(([users, durationMs]) => ({ users, durationMs })),
    durationMs: stages.reduce((sum, [, durationMs]) => sum + durationMs, 0),
    gracefulRampDownMs,
  }
}

export function rampingArrivals(
  stages: [arrivals: number, durationMs: number][],
  usersMax: number,
  startArrivals = 0,
): LoadShape & { readonly durationMs: number } {
  return {
    kind: 'ramping-arrivals',
    perNs: 1e9,
    startArrivals,
    stages: stages.map(([arrivals, durationMs]) => ({ arrivals, durationMs })),
    durationMs: stages.reduce((sum, [, durationMs]) => sum + durationMs, 0),
    usersMax,
  }
}

export const half = (index: number, lost: number[] = []): Share => ({
  index,
  weights: [1, 1],
  lost,
})
