/** The list of kept runs as a table: one line each, a star for baselines. Tags give way to a narrow terminal first. */
import type { RunRecord } from '../../contracts/store.ts'
import {
  formatCount,
  formatMs,
  formatRate,
  formatShare,
  NOTHING,
} from '../../plugins/outputs/console/format.ts'
import { mark, type Style } from '../../plugins/outputs/console/style.ts'
import { type AlignedColumn, alignedLines } from './aligned-lines.ts'

const COMMIT_CHARS = 8
const NAME_CHARS_MAX = 24

interface Column extends AlignedColumn {
  cell(run: RunRecord, style: Style): string
}

const COLUMNS: readonly Column[] = [
  {
    head: '',
    cell: ({ isBaseline }, { unicode }) => (isBaseline ? (unicode ? '★' : '*') : ''),
  },
  { head: 'id', cell: ({ id }) => id },
  { head: 'when', cell: ({ startedAtEpochMs }) => localTime(startedAtEpochMs) },
  { head: 'name', cell: ({ name }) => name.slice(0, NAME_CHARS_MAX) },
  { head: 'verdict', cell: verdict },
  { head: 'requests', right: true, cell: ({ requests }) => shown(requests, formatCount) },
  { head: 'rate/s', right: true, cell: ({ ratePerSec }) => shown(ratePerSec, formatRate) },
  { head: 'p95', right: true, cell: ({ p95Ms }) => formatMs(p95Ms) },
  { head: 'errors', right: true, cell: errorShare },
  {
    head: 'commit',
    cell: ({ commit }) => commit?.slice(0, COMMIT_CHARS) ?? '',
  },
  {
    head: 'tags',
    cell: ({ tags }) =>
      Object.entries(tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(' '),
  },
]

export function renderRuns(runs: readonly RunRecord[], style: Style): string[] {
  const rows = runs.map((run) => COLUMNS.map((column) => column.cell(run, style)))
  return alignedLines(COLUMNS, rows, style)
}

function verdict({ state, passed }: RunRecord, style: Style): string {
  if (state === 'running') return style.dim('running')
  if (state === 'cut-off') return `${mark(style, 'warn')} cut off`
  return `${mark(style, passed ? 'ok' : 'fail')} ${passed ? 'passed' : 'failed'}`
}

function errorShare({ requests, failures }: RunRecord): string {
  return requests === null || requests === 0 ? NOTHING : formatShare((failures ?? 0) / requests)
}

const shown = (value: number | null, format: (value: number) => string): string =>
  value === null ? NOTHING : format(value)

/** 2026-11-21 14:55, where one is. */
function localTime(epochMs: number): string {
  const at = new Date(epochMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`
}
