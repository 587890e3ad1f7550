import { expect, test } from 'vitest'
import { INSIGHTS } from '../../src/app/insights.ts'
import { INSIGHT_LIMITS } from '../../src/model/insight/limits.ts'

const capitalised = (text: string): string => text[0]!.toUpperCase() + text.slice(1)

const HEAD = `# Findings

A run that is over does not only say how slow the target was, but what it shows about why. Each finding is a conclusion with its evidence, what it
costs, what to do, and a command that shows whether that helped:

\`\`\`
 findings     ✗ The target serves about 4 requests at a time: 80/s, however many wait
              Compare the number with the pools of the target: …   onrush explain fixed-slots
\`\`\`

They stand in the summary (the first three), on the [page](page.md), where the times of the evidence open that part of the run, in the
[HTML report](report.md) and Markdown (the first five), and all of them in the [result](results.md) as \`findings\`. On the page they are there while
the run goes on, from its tenth second, and are looked for again every ten seconds at most. Kept runs have them too: those from before are
looked into when they are opened. Findings change no verdict and no exit code; for that there are [thresholds](thresholds.md).

**What is looked at** is the run over time in at most 300 stretches, without its warm-up and pauses, and what was
[watched of the target](monitors.md): a target on this machine by itself, others with \`--watch\`. An insight that cannot look says why
(\`insights.notEvaluated\`), for its silence would mean nothing.

**The order** is by severity, then by what it costs times how certain it is. \`critical\`: people who use the target would notice. \`warning\`: look at it.
\`info\`: good to know. When the load generator was a limit itself, that stands first, and all others are marked \`untrusted\`: they may be about it.

**What they cannot know.** Findings come from figures alone. They tell apart what leaves different traces in them and name what is left as a possibility;
the confidence is lower where something else looks the same. Latencies are those of all answers, good and bad. Headers of answers, such as
\`Retry-After\`, are not looked at, and connections are not counted one by one.
`

// The page is generated: `npx vitest run test/unit/findings-guide -u` after a change of an insight or of a threshold.
test('docs/guide/findings.md has every insight, in the words of `onrush explain`, and every threshold', async () => {
  const entries = INSIGHTS.map(
    ({ id, title, explanation }) => `### ${id}\n\n${capitalised(title)}.\n\n${explanation}\n`,
  )
  const rows = Object.entries(INSIGHT_LIMITS).flatMap(([id, limits]) =>
    Object.entries(limits).map(
      ([name, { value, unit, meaning }]) =>
        `| ${id} | ${name} | ${value}${unit === '' ? '' : ` ${unit}`} | ${meaning} |`,
    ),
  )
  const table = ['| insight | threshold | value | means |', '|---|---|---|---|', ...rows].join('\n')
  const thresholds = `## Thresholds\n\n\`all\` and \`saturation\` are used by several. The generator is judged by [its own table](trust.md).\n\n${table}\n`
  const page = `${HEAD}\n## The insights\n\n${entries.join('\n')}\n${thresholds}`
  await expect(page).toMatchFileSnapshot('../../docs/guide/findings.md')
})

test('every threshold belongs to an insight, or to several', () => {
  const known = [...INSIGHTS.map(({ id }) => id as string), 'all', 'saturation']
  for (const id of Object.keys(INSIGHT_LIMITS)) expect(known).toContain(id)
})

test('every insight explains itself, and is called like its folder', () => {
  for (const { id, title, explanation } of INSIGHTS) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(title).not.toMatch(/\.$/)
    expect(explanation.length).toBeGreaterThan(200)
  }
})
