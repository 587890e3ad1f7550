import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hostsOf } from '../../src/app/cli/cluster-script.ts'
import { makeProgram } from '../../src/app/cli/program.ts'
import { processTerminal } from '../../src/app/cli/terminal.ts'

const guides = ['many-machines', 'million'].map((name) =>
  readFileSync(new URL(`../../docs/guide/${name}.md`, import.meta.url), 'utf8'),
)

test('every option of `cluster up` in the guides exists', async () => {
  let help = ''
  const out = (text: string): void => {
    help += text
  }
  await makeProgram({ ...processTerminal(), out })(['cluster', 'up', '--help'])
  const lines = guides.flatMap((each) => each.match(/^(onrush cluster up|\| `--(ssh|onrush)).*$/gm))
  const shown = new Set(lines.flatMap((each) => each?.match(/--[a-z][a-z-]+/g) ?? []))
  expect([...shown].sort()).toEqual(['--join', '--onrush', '--ssh', '--ssh-config', '--workers'])
  for (const option of shown) expect(help).toContain(option)
})

test('the hosts of the guides are hosts', () => {
  const hosts = guides.flatMap((each) => [...each.matchAll(/--ssh (\S+) /g)].map(([, of]) => of!))
  expect(hostsOf([hosts.at(-1)!])).toHaveLength(10)
})
