/** Light or dark: as the system is, until somebody says otherwise. Printed in light, with everything unfolded. */
import { all, button } from './dom.ts'

export function offerThemes(): void {
  const root = document.documentElement
  const dark = matchMedia('(prefers-color-scheme: dark)')
  let chosen: string | undefined
  const show = (): void => {
    root.dataset['theme'] = chosen ?? (dark.matches ? 'dark' : 'light')
    toggle.textContent = root.dataset['theme'] === 'dark' ? 'Light' : 'Dark'
  }
  const toggle = button('', () => {
    chosen = root.dataset['theme'] === 'dark' ? 'light' : 'dark'
    show()
  })
  const tools = document.createElement('div')
  tools.className = 'tools'
  tools.append(toggle)
  document.querySelector('header')?.append(tools)
  dark.addEventListener('change', show)
  show()
  addEventListener('beforeprint', () => {
    root.dataset['theme'] = 'light'
    for (const each of all<HTMLDetailsElement>('td details')) each.open = true
  })
  addEventListener('afterprint', show)
}
