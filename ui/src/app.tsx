/** What is on every screen: the way about, the run that goes on, the theme, the sheet of keys; and the screen itself. */
import { createSignal, lazy, Match, onCleanup, Show, Suspense, Switch } from 'solid-js'
import { Link } from './parts/link.tsx'
import { KeysDialog } from './screens/keys-dialog.tsx'
import { NewRunScreen } from './screens/new-run.tsx'
import { Palette } from './screens/palette.tsx'
import { RunScreen } from './screens/run.tsx'
import { RunsScreen } from './screens/runs.tsx'
import { said } from './state/announce.ts'
import { onKeys } from './state/keys.ts'
import { go, path, runUrl, screenOf } from './state/location.ts'
import { runningId } from './state/server.ts'
import { theme, toggleTheme } from './state/theme.ts'

/** Those that not everybody opens come when they are. */
const CompareScreen = lazy(async () => ({
  default: (await import('./screens/compare.tsx')).CompareScreen,
}))
const TrendScreen = lazy(async () => ({
  default: (await import('./screens/trend.tsx')).TrendScreen,
}))
const CapacityScreen = lazy(async () => ({
  default: (await import('./screens/capacity.tsx')).CapacityScreen,
}))

export function App() {
  const [isPaletteOpen, setPaletteOpen] = createSignal(false)
  const [hasKeysOpen, setKeysOpen] = createSignal(false)
  const screen = () => screenOf(path())
  const runId = (): string | undefined => {
    const now = screen()
    return now.name === 'run' ? now.id : undefined
  }
  const searchId = (): string | undefined => {
    const now = screen()
    return now.name === 'search' ? now.id : undefined
  }
  const isOfCapacity = (): boolean => screen().name === 'capacity' || searchId() !== undefined
  onKeys({
    n: ['New run', () => go('/')],
    r: ['Runs', () => go('/runs')],
    l: ['Capacity: the limits that were found', () => go('/capacity')],
    t: ['Light or dark', toggleTheme],
    '?': ['All keys of this screen', () => setKeysOpen(true)],
  })
  const search = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    if (document.querySelector('dialog[open]') === null) setPaletteOpen(true)
  }
  addEventListener('keydown', search)
  onCleanup(() => removeEventListener('keydown', search))
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <Link to="/" class="brand">
          onrush
        </Link>
        <nav aria-label="Screens">
          <Link to="/" isCurrent={screen().name === 'new'}>
            New run
          </Link>
          <Link to="/runs" isCurrent={screen().name === 'runs'}>
            Runs
          </Link>
          <Link to="/capacity" isCurrent={isOfCapacity()}>
            Capacity
          </Link>
          <Show when={runningId() === runId() ? undefined : runningId()}>
            {(id) => (
              <Link to={runUrl(id())}>
                <span aria-hidden="true">● </span>Running now
              </Link>
            )}
          </Show>
        </nav>
        <div class="top-tools">
          <button type="button" class="quiet" onClick={toggleTheme}>
            {theme() === 'dark' ? 'Light' : 'Dark'}
            <span class="hidden"> theme</span>
          </button>
          <button type="button" class="quiet" onClick={() => setPaletteOpen(true)}>
            Search
          </button>
          <button type="button" class="quiet" onClick={() => setKeysOpen(true)}>
            Keys
          </button>
        </div>
      </header>
      <main id="main" tabindex={-1}>
        <Switch fallback={<h1 class="nothing">There is no such page.</h1>}>
          <Match when={screen().name === 'new'}>
            <NewRunScreen />
          </Match>
          <Match when={screen().name === 'runs'}>
            <RunsScreen />
          </Match>
          <Match when={screen().name === 'compare'}>
            <Suspense>
              <CompareScreen />
            </Suspense>
          </Match>
          <Match when={screen().name === 'trend'}>
            <Suspense>
              <TrendScreen />
            </Suspense>
          </Match>
          <Match when={runId()} keyed>
            {(id) => <RunScreen id={id} />}
          </Match>
          <Match when={isOfCapacity()}>
            <Suspense fallback={<p class="nothing">Loading …</p>}>
              <CapacityScreen id={searchId()} />
            </Suspense>
          </Match>
        </Switch>
      </main>
      <p class="hidden" role="status">
        {said()}
      </p>
      <Show when={isPaletteOpen()}>
        <Palette onClose={() => setPaletteOpen(false)} />
      </Show>
      <Show when={hasKeysOpen()}>
        <KeysDialog onClose={() => setKeysOpen(false)} />
      </Show>
    </>
  )
}
