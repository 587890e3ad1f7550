/** Lines of a name and a number, perhaps with a unit, as people write them: `queue 12`, `heap 83.5MB`, `busy: 40 %`. Pure. */
import type { MonitorFigure, MonitorUnit } from '../../../contracts/monitor.ts'

const LINE = /^([A-Za-z_][\w.-]*)\s*[:=\s]\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S*)$/

/** What is written → what it is in, and how many of that. */
const UNITS: Readonly<Record<string, readonly [MonitorUnit, number]>> = {
  '': ['', 1],
  '%': ['%', 1],
  '/s': ['/s', 1],
  ms: ['ms', 1],
  s: ['ms', 1_000],
  us: ['ms', 0.001],
  B: ['bytes', 1],
  kB: ['bytes', 1e3],
  MB: ['bytes', 1e6],
  GB: ['bytes', 1e9],
  KiB: ['bytes', 2 ** 10],
  MiB: ['bytes', 2 ** 20],
  GiB: ['bytes', 2 ** 30],
  'B/s': ['bytes/s', 1],
  'kB/s': ['bytes/s', 1e3],
  'MB/s': ['bytes/s', 1e6],
}

/** Blank lines and those that begin with # are left out. Throws which line is no number. */
export function parseNumbers(text: string): MonitorFigure[] {
  const figures: MonitorFigure[] = []
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue
    const [, metric = '', number = '', written = ''] = LINE.exec(line) ?? []
    const [unit, factor] = UNITS[written] ?? []
    if (metric === '' || unit === undefined || factor === undefined) {
      throw new Error(`"${line.slice(0, 60)}" is not a name and a number`)
    }
    figures.push({ metric, unit, value: Number(number) * factor })
  }
  if (figures.length === 0) throw new Error('it printed no number')
  return figures
}
