/** How a run was asked for, for reports: the command as it would be typed again, and each setting with where it comes from. */
import type { Made } from '../../plugins/outputs/html/sections/trust.ts'
import { flagOf, SETTINGS } from './flags.ts'
import type { Prepared } from './prepare.ts'
import type { SettingValue } from './settings.ts'

const PLAIN_WORD = /^[\w@%+=:,./-]+$/

export function madeOf({ settings, script }: Pick<Prepared, 'settings' | 'script'>): Made {
  // What `hit` was given is no file.
  const what = script.startsWith('hit ') ? script.split(' ') : ['run', script]
  const words = SETTINGS.flatMap((setting) => {
    const chosen = settings.chosen.get(setting.key)
    return chosen?.origin === 'flag' ? wordsOf(flagOf(setting), chosen.value) : []
  })
  return {
    command: ['onrush', ...what, ...words].map(quoted).join(' '),
    settings: [...settings.chosen].map(([name, { value, place }]) => ({
      name,
      value: typeof value === 'string' ? value : JSON.stringify(value),
      place,
    })),
  }
}

/** One flag for each value of a list; a switch is its name alone. */
function wordsOf(flag: string, value: SettingValue): string[] {
  if (typeof value === 'boolean') return [flag]
  if (typeof value === 'string') return [flag, value]
  if (Array.isArray(value)) return value.flatMap((each) => [flag, each])
  return Object.entries(value).flatMap(([key, each]) => [flag, `${key}=${each}`])
}

const quoted = (word: string): string =>
  PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
