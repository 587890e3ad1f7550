/** Light or dark: as the system says until somebody chooses. The choice is kept in this browser. */
import { createSignal } from 'solid-js'

export type Theme = 'light' | 'dark'
const KEY = 'onrush-theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const ofSystem = (): Theme => (system.matches ? 'dark' : 'light')

const [theme, setTheme] = createSignal<Theme>(chosen() ?? ofSystem())

export { theme }

system.addEventListener('change', () => {
  if (chosen() === undefined) setTheme(ofSystem())
})

/** To the other one. Choosing what the system has is following the system again. */
export function toggleTheme(): void {
  const next: Theme = theme() === 'dark' ? 'light' : 'dark'
  if (next === ofSystem()) delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = next
  keep(next === ofSystem() ? null : next)
  setTheme(next)
}

function chosen(): Theme | undefined {
  const value = document.documentElement.dataset['theme']
  return value === 'light' || value === 'dark' ? value : undefined
}

function keep(value: Theme | null): void {
  try {
    if (value === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, value)
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}
