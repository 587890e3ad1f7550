/**
 * How this terminal wants to be written to: width, colour, symbols, and whether lines may be redrawn. Colour has
 * four roles (ok, warn, fail, dim) and never stands alone: a symbol says the same. Order of precedence for colour:
 * NO_COLOR, then --color / --no-color, then FORCE_COLOR, then whether it is a terminal.
 */
export interface Style {
  /** Cursor movement is allowed: a person watches. */
  readonly live: boolean
  readonly unicode: boolean
  readonly columns: number
  ok(text: string): string
  warn(text: string): string
  fail(text: string): string
  dim(text: string): string
  bold(text: string): string
}

export interface TerminalFacts {
  readonly isTerminal: boolean
  readonly columns: number | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  /** --color / --no-color; undefined when neither was given. */
  readonly colour: boolean | undefined
}

/** Variables that agents and CI systems set: nobody redraws or answers a prompt there. */
const UNATTENDED = [
  'CI',
  'GITHUB_ACTIONS',
  'CLAUDECODE',
  'CURSOR_AGENT',
  'CODEX_SANDBOX',
  'AI_AGENT',
]

/** True when a person can see redrawn lines and answer a question. */
export function isAttended(facts: TerminalFacts): boolean {
  const { environment } = facts
  if (!facts.isTerminal || environment['TERM'] === 'dumb') return false
  return UNATTENDED.every((name) => !isSet(environment[name]))
}

export function styleFor(facts: TerminalFacts): Style {
  const { environment } = facts
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || ''
  return makeStyle({
    live: isAttended(facts),
    unicode: facts.isTerminal || /utf-?8/i.test(locale),
    // Some terminals say 0 until somebody has sized them.
    columns: facts.columns || 100,
    colour: wantsColour(facts),
  })
}

/** For tests and for callers who know already. */
export function makeStyle(options: {
  live: boolean
  unicode: boolean
  columns: number
  colour: boolean
}): Style {
  const paint = (open: number, close: number) => (text: string) =>
    options.colour && text !== '' ? `\x1b[${open}m${text}\x1b[${close}m` : text
  return {
    live: options.live,
    unicode: options.unicode,
    columns: options.columns,
    ok: paint(32, 39),
    warn: paint(33, 39),
    fail: paint(31, 39),
    dim: paint(2, 22),
    bold: paint(1, 22),
  }
}

/** The symbol of a role: `✓ ✗ ! ~`, or words where the terminal may not draw them. */
export function mark(style: Style, role: 'ok' | 'fail' | 'warn' | 'same'): string {
  const symbols = style.unicode
    ? { ok: '✓', fail: '✗', warn: '!', same: '~' }
    : { ok: 'ok', fail: 'FAIL', warn: 'warn', same: '~' }
  const paint = role === 'same' ? style.dim : style[role]
  return paint(symbols[role])
}

/** A load with its arrows, or what stands for them where the terminal has none. */
export function drawable(load: string, style: Style): string {
  return style.unicode ? load : load.replaceAll('→', '->').replaceAll('×', 'x')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what this removes
const ESCAPES = /\x1b\[[0-9;?]*[A-Za-z]/g
export const plainText = (text: string): string => text.replace(ESCAPES, '')

/** Cuts to `columns` visible characters, keeping colours whole; never wraps. */
export function clipTo(text: string, columns: number): string {
  if (plainText(text).length <= columns) return text
  let visible = 0
  let kept = ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are kept whole
  for (const part of text.split(/(\x1b\[[0-9;?]*[A-Za-z])/)) {
    if (part.startsWith('\x1b')) kept += part
    else {
      kept += part.slice(0, Math.max(0, columns - visible))
      visible += part.length
    }
  }
  return kept
}

function wantsColour(facts: TerminalFacts): boolean {
  const { environment } = facts
  if (isSet(environment['NO_COLOR'])) return false
  if (facts.colour !== undefined) return facts.colour
  if (isSet(environment['FORCE_COLOR'])) return environment['FORCE_COLOR'] !== '0'
  return facts.isTerminal && environment['TERM'] !== 'dumb'
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ''
