/** How the run was made: the command line, where and with what, and the plan. */
import { For } from 'solid-js'
import type { RunView } from '../api/types.ts'
import { lineOfRun } from '../figures/cli-line.ts'
import { CopyBlock } from '../parts/copy.tsx'
import { TakeAway } from './take-away.tsx'

export function SetupTab(props: { readonly view: RunView }) {
  const facts = (): readonly (readonly [string, string])[] => {
    const { run } = props.view.result
    return [
      ['run', run.id],
      ['started', new Date(run.startedAt).toLocaleString()],
      ['script', `${run.script} (${run.scriptHash.slice(0, 12)})`],
      ['host', run.host ?? 'as the script says'],
      ['load', props.view.load.join(', ')],
      ['workers', `${run.workers}`],
      ['seed', `${run.seed}`],
      ['onrush', `${run.version} on Node ${run.node}`],
      [
        'commit',
        run.git === null
          ? 'not in a repository'
          : `${run.git.commit.slice(0, 12)} on ${run.git.branch}${run.git.dirty ? ', changed' : ''}`,
      ],
      ...Object.entries(run.tags),
    ]
  }
  return (
    <section class="card" aria-label="Setup">
      <h2>Command line</h2>
      <CopyBlock text={lineOfRun(props.view.result)} what="command line" />
      <p class="muted">A load that no flag can say is in the plan that the script exports.</p>
      <dl class="facts">
        <For each={facts()}>
          {([label, value]) => (
            <div>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          )}
        </For>
      </dl>
      <h2>Take it with you</h2>
      <TakeAway runId={props.view.result.run.id} isOver={isOver(props.view)} />
      <h2>Plan</h2>
      <CopyBlock text={JSON.stringify(props.view.result.run.plan, null, 2)} what="plan as JSON" />
    </section>
  )
}

const isOver = ({ state }: RunView): boolean => state === 'finished' || state === 'cut-off'
