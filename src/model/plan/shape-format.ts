/**
 * A load shape back as text: `formatLoad` so exactly that reading it again gives the same shape, `describeLoad` so shortly that it
 * fits beside other things on one line.
 */
import type { LoadShape, Rate } from '../../contracts/plan.ts'
import { formatDuration } from './duration.ts'
import { type LevelUnit, levelOf, type ProfileStage, sameLevel } from './profile.ts'
import { formatRate } from './rate.ts'

/** A line of text for `describeLoad`; longer shapes are summed up. */
const LINE_CHARS_MAX = 72

/** As it is written in `users` or `arrivals`; of a load of iterations only the number of users. */
export function formatLoad(load: LoadShape): string {
  switch (load.kind) {
    case 'constant-users':
      return `${load.users}${forTime(load.durationMs)}`
    case 'constant-arrivals':
      return `${formatRate(load.rate)}${forTime(load.durationMs)}`
    case 'ramping-users': {
      const stages = load.stages.map(({ users, durationMs }) => stageOf(users, 1, durationMs))
      return formatStages(levelOf(load.startUsers, 1), stages, 'users')
    }
    case 'ramping-arrivals': {
      const { perNs } = load
      const stages = load.stages.map((each) => stageOf(each.arrivals, perNs, each.durationMs))
      return formatStages(levelOf(load.startArrivals, perNs), stages, 'arrivals')
    }
    case 'replayed-arrivals':
      return describeLoad(load)
    default:
      return `${load.users}`
  }
}

/** One short line for people: `100 users`, `arrivals 0 → 120/s over 30s, hold 90s`, `5 users × 10 iterations`. */
export function describeLoad(load: LoadShape): string {
  switch (load.kind) {
    case 'constant-users': {
      const names = load.mix?.classes.map(({ className }) => className).join(', ')
      return `${counted(load.users, 'user')}${names === undefined ? '' : ` (${names})`}`
    }
    case 'constant-arrivals':
      return `${formatRate(load.rate)} ${arrivalsWord(load)}`
    case 'replayed-arrivals': {
      const speed = load.speed === 1 ? '' : ` at ×${load.speed}`
      return `${counted(load.offsetsMs.length, 'arrival')} as recorded${speed}`
    }
    case 'per-user-iterations':
      return `${counted(load.users, 'user')} × ${counted(load.iterations, 'iteration')}`
    case 'shared-iterations':
      return `${counted(load.iterations, 'iteration')} by ${counted(load.users, 'user')}`
    case 'ramping-users':
      return shortened(load, 'users', Math.max(load.startUsers, ...load.stages.map(usersOf)), 1)
    case 'ramping-arrivals': {
      const peak = Math.max(load.startArrivals, ...load.stages.map((each) => each.arrivals))
      const text = shortened(load, 'arrivals', peak, load.perNs)
      return load.poisson === undefined ? text : `${text} (Poisson)`
    }
  }
}

function shortened(
  load: LoadShape & { readonly stages: readonly unknown[] },
  unit: LevelUnit,
  peak: number,
  perNs: number,
): string {
  const text = `${unit} ${formatLoad(load)}`
  if (text.length <= LINE_CHARS_MAX) return text
  const top = formatLevel(levelOf(peak, perNs), unit)
  return `${unit} in ${load.stages.length} stages up to ${top}`
}

/** Jumps and what follows them are one phase where the notation has a word for it. */
function formatStages(start: Rate, stages: readonly ProfileStage[], unit: LevelUnit): string {
  const phases: string[] = []
  const say = (level: Rate): string => formatLevel(level, unit)
  let at = start
  for (let index = 0; index < stages.length; index++) {
    const { level, durationNs } = stages[index]!
    const time = formatDuration(durationNs)
    if (index === 0 && (sameLevel(at, level) || durationNs === 0)) phases.push(say(at))
    if (durationNs === 0) {
      const next = stages[index + 1]
      if (next !== undefined && next.durationNs > 0 && sameLevel(next.level, level)) {
        phases.push(`${say(level)} for ${formatDuration(next.durationNs)}`)
        index++
      } else phases.push(`jump to ${say(level)}`)
    } else if (sameLevel(at, level)) phases.push(`hold ${time}`)
    else phases.push(`${index === 0 ? `${say(at)} ` : ''}→ ${say(level)} over ${time}`)
    at = level
  }
  return phases.length === 0 ? say(start) : phases.join(', ')
}

const arrivalsWord = (load: { readonly poisson?: unknown }): string =>
  load.poisson === undefined ? 'arrivals' : 'Poisson arrivals'

export function formatLevel(level: Rate, unit: LevelUnit): string {
  return unit === 'users' || level.arrivals === 0 ? `${level.arrivals}` : formatRate(level)
}

const stageOf = (count: number, perNs: number, durationMs: number): ProfileStage => ({
  level: levelOf(count, perNs),
  durationNs: Math.round(durationMs * 1e6),
})
const usersOf = (stage: { readonly users: number }): number => stage.users
const duration = (durationMs: number): string => formatDuration(durationMs * 1e6)
const forTime = (durationMs: number | null): string =>
  durationMs === null ? '' : ` for ${duration(durationMs)}`
const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
