/**
 * The phases of a load as text: how each is written, and what it adds to the line of levels. A table, so that messages and
 * reading cannot disagree; the grammar as a whole is in `shape-text.ts`.
 */
import type { Rate } from '../../contracts/plan.ts'
import { STAGES_MAX } from '../../kernel/limits.ts'
import { LEVEL } from './level.ts'
import { type LevelUnit, type ProfileBuilder, stairsFit, ZERO } from './profile.ts'
import { addPeak, addSine, LINES_PER_PERIOD } from './waves.ts'

const ARROW = String.raw`(?:→|->|\bto\b)`
const TIME = String.raw`\d[\d.a-zµμ]*`
const level = (name: string): string => `(?<${name}>${LEVEL})`
const time = (name: string): string => `(?<${name}>${TIME})`
/** In the parts a blank stands for one or more, and a blank with a question mark for any number. */
const phase = (...parts: string[]): RegExp => {
  const source = parts.join('').replaceAll(' ?', '\\s*').replaceAll(' ', '\\s+')
  return new RegExp(`^${source}$`, 'd')
}

/** What was found in one phase: its texts by name, and the values behind them. */
export interface Found {
  readonly level: (name: string) => Rate
  readonly ns: (name: string) => number
  readonly text: (name: string) => string | undefined
  readonly refuse: (name: string, why: string, fix: string) => void
  readonly unit: LevelUnit
}
export interface PhaseKind {
  /** Also how it is written, for messages. */
  readonly form: string
  readonly pattern: RegExp
  readonly add: (builder: ProfileBuilder, found: Found) => void
}

export const PHASES: readonly PhaseKind[] = [
  {
    form: 'A → B over TIME',
    pattern: phase(
      `(?:from )?(?:${level('from')} ?)?`,
      `${ARROW} ?${level('to')} over ${time('over')}`,
    ),
    add: (builder, found) => {
      if (found.text('from') !== undefined) builder.jump(found.level('from'))
      builder.line(found.level('to'), found.ns('over'))
    },
  },
  {
    form: 'A over TIME',
    pattern: phase(`${level('to')} over ${time('over')}`),
    add: (builder, found) => {
      if (builder.isEmpty) {
        const why = 'as the first phase it could mean a rise to that level or a load that stays'
        found.refuse('to', why, "Write '0 → A over 1m' or 'A for 1m'.")
      } else builder.line(found.level('to'), found.ns('over'))
    },
  },
  {
    form: 'hold TIME',
    pattern: phase(`hold (?:(?:at )?${level('at')} )?(?:for )?${time('time')}`),
    add: (builder, found) => {
      if (found.text('at') !== undefined) builder.jump(found.level('at'))
      else if (builder.isEmpty) {
        found.refuse('time', 'no level was named before', "Say which: 'hold 50/s for 1m'.")
      }
      builder.hold(found.ns('time'))
    },
  },
  {
    form: 'A for TIME',
    pattern: phase(`(?:at )?${level('at')} for ${time('time')}`),
    add: (builder, found) => {
      builder.jump(found.level('at'))
      builder.hold(found.ns('time'))
    },
  },
  {
    form: 'A',
    pattern: phase(`(?:from )?${level('at')}`),
    add: (builder, found) => {
      if (builder.isEmpty) builder.jump(found.level('at'))
      else {
        const why = 'only the first phase may be a level alone: it says no time'
        found.refuse('at', why, "Write 'A for 30s', '→ A over 30s' or 'jump to A'.")
      }
    },
  },
  {
    form: 'jump to A',
    pattern: phase(`jump (?:to )?${level('to')}`),
    add: (builder, found) => builder.jump(found.level('to')),
  },
  {
    form: 'spike to A for TIME',
    pattern: phase(`spike (?:to )?${level('to')} for ${time('time')}`),
    add: (builder, found) => builder.spike(found.level('to'), found.ns('time')),
  },
  {
    form: 'nothing for TIME',
    pattern: phase(`nothing (?:for )?${time('time')}`),
    add: (builder, found) => {
      builder.jump(ZERO)
      builder.hold(found.ns('time'))
    },
  },
  {
    form: 'stairs A by B × N every TIME with ramps TIME',
    pattern: phase(
      `stairs (?:(?:from )?${level('from')} )?(?<down>down )?by ${level('by')} ?[×x*] ?(?<times>\\d{1,9})`,
      ` every ${time('every')}(?: with ramps (?:of )?${time('ramps')})?`,
    ),
    add: (builder, found) => {
      const times = Number(found.text('times'))
      const stairs = {
        from: found.text('from') === undefined ? found.level('by') : found.level('from'),
        by: found.level('by'),
        isDown: found.text('down') !== undefined,
        times,
        everyNs: found.ns('every'),
        rampNs: found.text('ramps') === undefined ? 0 : found.ns('ramps'),
      }
      if (times < 1 || times * 2 > STAGES_MAX) {
        found.refuse('times', `stairs have 1 to ${STAGES_MAX / 2} steps`, 'Take fewer steps.')
      } else if (!stairsFit(stairs)) {
        found.refuse('times', 'they would go below 0', 'Take fewer or smaller steps.')
      } else builder.stairs(stairs)
    },
  },
  {
    form: 'sine A to B every TIME for TIME',
    pattern: phase(
      `sine (?:from )?${level('from')} ?${ARROW} ?${level('to')} every ${time('every')} for ${time('time')}`,
    ),
    add: (builder, found) => {
      const periodNs = found.ns('every')
      const durationNs = found.ns('time')
      const linesMax = STAGES_MAX - 1
      if (periodNs === 0 || (durationNs / periodNs) * LINES_PER_PERIOD > linesMax) {
        const why = `more than ${Math.floor(linesMax / LINES_PER_PERIOD)} periods are too many lines`
        found.refuse('every', why, 'Take a longer period, or a shorter time.')
      } else {
        const wave = { from: found.level('from'), to: found.level('to'), periodNs, durationNs }
        addSine(builder, wave, found.unit)
      }
    },
  },
  {
    form: 'smooth peak A over TIME',
    pattern: phase(`smooth peak (?:to )?${level('to')} over ${time('over')}`),
    add: (builder, found) => addPeak(builder, found.level('to'), found.ns('over'), found.unit),
  },
]
