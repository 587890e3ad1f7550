// Runs before the first paint; src/state/theme.ts is where the choice is made.
try {
  const chosen = localStorage.getItem('onrush-theme')
  if (chosen) document.documentElement.dataset.theme = chosen
} catch {
  // Storage is switched off: the theme follows the system.
}
