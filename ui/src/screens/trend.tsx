/** How the runs of one name went: three figures from the oldest run to the newest, each change in words, and all of it as a table. */
import { For, Show } from 'solid-js'
import type { TrendChange, TrendMetric, TrendRun } from '../../../src/contracts/trend.ts'
import { leftOutTexts, trendChangeText } from '../../../src/model/report/trend-words.ts'
import { getTrend, type Trend } from '../api/history.ts'
import { trendValue } from '../figures/trend-line.ts'
import { CopyBlock } from '../parts/copy.tsx'
import { Link } from '../parts/link.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { Mark } from '../parts/verdict.tsx'
import { createAsked } from '../state/asked.ts'
import { compareUrl, query, runUrl } from '../state/location.ts'
import { figureOf, TrendChart } from './trend-chart.tsx'

const RUNS = 50

export function TrendScreen() {
  const name = (): string => query('name') ?? ''
  document.title = `Trend of ${name()} · onrush`
  const trend = createAsked(
    () => (name() === '' ? undefined : name()),
    (asked) => getTrend(asked, RUNS),
  )
  return (
    <>
      <h1>Trend of {name()}</h1>
      <Show when={trend.failure()}>
        {(text) => (
          <p class="problems" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <Show
        when={trend.value()}
        fallback={
          <p class="nothing">
            <Show when={name() !== ''} fallback={<Link to="/runs">Choose a name in Runs</Link>}>
              {trend.failure() === undefined ? 'Loading …' : ''}
            </Show>
          </p>
        }
      >
        {(known) => (
          <Show
            when={known().runs.length > 0}
            fallback={<p class="nothing">No run of this name is kept.</p>}
          >
            <Changes trend={known()} />
            <div class="charts trend-charts">
              <For each={known().metrics}>
                {(metric) => <TrendChart trend={known()} metric={metric} />}
              </For>
            </div>
            <h2>Runs</h2>
            <RunsOfTrend trend={known()} />
            <h2>In the terminal</h2>
            <CopyBlock text={`onrush runs trend ${quoted(name())}`} what="command line" />
          </Show>
        )}
      </Show>
    </>
  )
}

function Changes(props: { readonly trend: Trend }) {
  const changes = () =>
    props.trend.metrics.flatMap((metric) => metric.changes.map((change) => ({ metric, change })))
  return (
    <section class="card verdict" aria-label="Changes">
      <Show
        when={changes().length > 0}
        fallback={<p>= No change that lasts in the newest {props.trend.runs.length} runs.</p>}
      >
        <ul class="plain">
          <For each={changes()}>
            {({ metric, change }) => (
              <li>
                <b class={change.verdict === 'worse' ? 'fail' : 'ok'}>
                  {change.verdict === 'worse' ? '✗' : '✓'}
                </b>{' '}
                {trendChangeText(metric, change)}{' '}
                <Show when={runBefore(props.trend, change)}>
                  {(before) => (
                    <Link to={compareUrl(before().id, [change.id])}>Compare both sides</Link>
                  )}
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <For each={leftOutTexts(props.trend)}>{(text) => <p class="muted">Left out: {text}</p>}</For>
    </section>
  )
}

function RunsOfTrend(props: { readonly trend: Trend }) {
  const newestFirst = () => [...props.trend.runs].reverse()
  return (
    <Scroll class="card" label="Runs of the trend, newest first">
      <table>
        <thead>
          <tr>
            <th scope="col">run</th>
            <th scope="col">started</th>
            <th scope="col">verdict</th>
            <For each={props.trend.metrics}>
              {({ metric }) => (
                <th scope="col" class="number">
                  {metric}
                </th>
              )}
            </For>
            <th scope="col">git</th>
            <th scope="col">what changed</th>
          </tr>
        </thead>
        <tbody>
          <For each={newestFirst()}>{(run) => <Row run={run} metrics={props.trend.metrics} />}</For>
        </tbody>
      </table>
    </Scroll>
  )
}

function Row(props: { readonly run: TrendRun; readonly metrics: readonly TrendMetric[] }) {
  const { run } = props
  const changes = () =>
    props.metrics.flatMap((metric) =>
      metric.changes.filter(({ id }) => id === run.id).map((each) => trendChangeText(metric, each)),
    )
  return (
    <tr>
      <th scope="row">
        <Link to={runUrl(run.id)}>{run.id}</Link>
        {run.isBaseline ? ' ★' : ''}
      </th>
      <td>{new Date(run.startedAt).toLocaleString()}</td>
      <td>
        <Mark passed={run.passed} />
      </td>
      <For each={props.metrics}>
        {(metric) => (
          <td class="number">{figureOf(metric.unit, trendValue(metric.metric, run))}</td>
        )}
      </For>
      <td>{run.commit === null ? '–' : `${run.branch} ${run.commit.slice(0, 8)}`}</td>
      <td class="message">
        {[...changes(), ...(run.leftOut === null ? [] : [`left out: ${run.leftOut}`])].join('; ')}
      </td>
    </tr>
  )
}

/** The last run of the level before. */
function runBefore({ runs }: Trend, { id }: TrendChange): TrendRun | undefined {
  const at = runs.findIndex((run) => run.id === id)
  return runs.slice(0, Math.max(0, at)).findLast(({ leftOut }) => leftOut === null)
}

const quoted = (name: string): string =>
  /^[\w.-]+$/.test(name) ? name : `'${name.replaceAll("'", `'\\''`)}'`
