/** The options of `onrush capacity`: apart from what reads them, because every command line passes through the table of options. */
import { SETTINGS } from './flags.ts'

/** Of a run's settings, those that say how much load, for how long, and what is written of a run. */
export const NOT_OF_A_SEARCH = [
  ...['users', 'spawnRate', 'arrivals', 'runTime', 'threshold'],
  ...['junit', 'markdown', 'csv', 'quiet', 'headless', 'tag', 'history', 'strictGenerator'],
  ...['output', 'store'],
  ...['webPort', 'webHost', 'locustRoutes', 'autostart', 'autoquit'],
]
export const CAPACITY_SETTINGS = SETTINGS.filter(({ key }) => !NOT_OF_A_SEARCH.includes(key))

/** Option, help; what follows a word in `<>` is its value. */
export const CAPACITY_OPTIONS: readonly (readonly [option: string, help: string])[] = [
  ['--slo <rule>', 'an objective, such as "p95 < 300ms" or "errors < 1%"; repeatable'],
  ['--users', 'look for a number of users instead of a rate of arrivals'],
  ['--start <load>', 'the first load to try (default 10/s, or 2 users)'],
  ['--max <load>', 'never try more (default 5000/s, or 5000 users)'],
  ['--expected-peak <load>', 'say how much room there is above this'],
  ['--require <load>', 'exit 1 when less holds'],
  ['--trial <time>', 'how long each load is measured, at least (default 10s)'],
  ['--soak <time>', 'how long the answer is held in the end (default 3 trials)'],
  ['--width <percent>', 'how close what held and what broke must come (default 5%)'],
  ['--hold <time>', 'then stay at the limit for so long, a little below and above it'],
  ['--verify-generator', 'the answer again with twice the workers: was it the target?'],
  ['--spike <base,peak,length>', 'no search: how the target takes a spike, such as 60/s,150/s,30s'],
  ['--ramp <time>', 'with --spike: the same peak reached slowly, too, and compared'],
  ['--max-time <time>', 'the whole search ends after this (default 30m)'],
]
