/** One run, live or kept, on the same screen: how it stands and what can be done, then tabs. The part that is looked at is in the URL. */
import {
  createEffect,
  createMemo,
  createResource,
  createSignal,
  For,
  Match,
  Show,
  Switch,
} from 'solid-js'
import { getRange } from '../api/client.ts'
import { hasEnded, openRunFeed } from '../api/run-feed.ts'
import type { RangeView, RunView } from '../api/types.ts'
import { clock } from '../figures/format.ts'
import { nameOf } from '../figures/series-rows.ts'
import { CopyBlock } from '../parts/copy.tsx'
import { Link } from '../parts/link.tsx'
import { announce } from '../state/announce.ts'
import { offerCommands } from '../state/commands.ts'
import { onKeys } from '../state/keys.ts'
import { query, range, setQuery, setRange, urlWith } from '../state/location.ts'
import { AwayNotice } from './away-notice.tsx'
import { ErrorsTab } from './errors-tab.tsx'
import { Figures } from './figures.tsx'
import { GeneratorTab } from './generator-tab.tsx'
import { LogTab } from './log-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { RangeBar } from './range-bar.tsx'
import { RequestsTab } from './requests-tab.tsx'
import { RunHeader } from './run-header.tsx'
import { newsOf } from './run-news.ts'
import { noticeOf } from './run-notices.ts'
import { SetupTab } from './setup-tab.tsx'
import { TargetTab } from './target-tab.tsx'
import { TracesTab } from './traces-tab.tsx'

const TABS = [
  'overview',
  'requests',
  'errors',
  'traces',
  'target',
  'generator',
  'log',
  'setup',
] as const
type Tab = (typeof TABS)[number]

const titleOf = (tab: Tab): string => tab[0]!.toUpperCase() + tab.slice(1)

export function RunScreen(props: { readonly id: string }) {
  const feed = openRunFeed(props.id)
  return (
    <Show
      when={feed.view()}
      fallback={
        <p class="nothing">
          {feed.failure() ??
            (feed.awaySinceMs() === undefined
              ? 'Loading …'
              : 'The server does not answer. Asking again …')}
        </p>
      }
    >
      {(view) => (
        <>
          <AwayNotice sinceMs={feed.awaySinceMs()} view={view()} />
          <Run id={props.id} view={view()} />
        </>
      )}
    </Show>
  )
}

function Run(props: { readonly id: string; readonly view: RunView }) {
  const tab = createMemo((): Tab => TABS.find((each) => each === query('tab')) ?? 'overview')
  const chosen = createMemo(range, undefined, {
    equals: (a, b) => a?.fromMs === b?.fromMs && a?.toMs === b?.toMs,
  })
  const [failure, setFailure] = createSignal<string>()
  const [part] = createResource(chosen, async (wanted): Promise<RangeView | undefined> => {
    setFailure(undefined)
    try {
      return await getRange(props.id, wanted.fromMs, wanted.toMs)
    } catch (error) {
      setFailure(`The part could not be read: ${error}`)
      return undefined
    }
  })
  /** Of the part that is chosen, or of the whole run; undefined: not read yet, or not to be read. */
  const figures = (): RangeView | undefined =>
    chosen() === undefined ? props.view.result : part.latest
  onKeys({ Escape: ['Show the whole run', () => setRange(undefined)] })
  offerCommands(() => [
    ...TABS.map((each) => ({
      label: titleOf(each),
      kind: 'tab',
      act: () => setQuery({ tab: each === 'overview' ? null : each }),
    })),
    ...props.view.result.series.map((row) => ({
      label: nameOf(row),
      kind: 'request',
      act: () => setQuery({ tab: 'requests', filter: nameOf(row) }),
    })),
  ])
  createEffect<RunView | undefined>((before) => {
    const news = newsOf(before, props.view)
    if (news !== undefined) announce(news)
    return props.view
  })
  let tabs!: HTMLElement
  createEffect(() => {
    tab()
    // On a narrow screen the tabs scroll.
    tabs.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  })
  createEffect(() => {
    const { run, verdict } = props.view.result
    const sign = !hasEnded(props.view) ? '●' : verdict.passed ? '✓' : '✗'
    document.title = `${sign} ${run.name} · onrush`
  })
  createEffect(() => {
    const part = chosen()
    if (part !== undefined) announce(`Selected ${clock(part.fromMs)} to ${clock(part.toMs)}`)
  })
  return (
    <>
      <RunHeader id={props.id} view={props.view} />
      <Show when={noticeOf(props.view)}>
        {(notice) => (
          <div class="problems" role="alert">
            <b>! {notice().text}</b>
            <CopyBlock text={notice().command} what="command" />
          </div>
        )}
      </Show>
      <nav ref={tabs} class="tabs" aria-label="Parts of the run">
        <For each={TABS}>
          {(each) => (
            <Link
              to={urlWith({ tab: each === 'overview' ? null : each })}
              isCurrent={tab() === each}
            >
              {titleOf(each)}
            </Link>
          )}
        </For>
      </nav>
      <Show when={tab() !== 'log' && tab() !== 'setup'}>
        <RangeBar
          chosen={chosen()}
          isLive={!hasEnded(props.view)}
          elapsedMs={props.view.elapsedMs}
          isLoading={part.loading}
          failure={failure()}
        />
      </Show>
      <Switch>
        <Match when={tab() === 'overview'}>
          <OverviewTab view={props.view} figures={figures()} chosen={chosen()} />
        </Match>
        <Match when={tab() === 'requests'}>
          <Figures of={figures()}>{(known) => <RequestsTab figures={known()} />}</Figures>
        </Match>
        <Match when={tab() === 'errors'}>
          <Figures of={figures()}>{(known) => <ErrorsTab figures={known()} />}</Figures>
        </Match>
        <Match when={tab() === 'traces'}>
          <TracesTab view={props.view} chosen={chosen()} />
        </Match>
        <Match when={tab() === 'target'}>
          <TargetTab view={props.view} chosen={chosen()} />
        </Match>
        <Match when={tab() === 'generator'}>
          <GeneratorTab view={props.view} chosen={chosen()} />
        </Match>
        <Match when={tab() === 'log'}>
          <LogTab view={props.view} />
        </Match>
        <Match when={tab() === 'setup'}>
          <SetupTab view={props.view} />
        </Match>
      </Switch>
    </>
  )
}
