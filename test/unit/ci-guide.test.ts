import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { flagOf, SETTINGS } from '../../src/app/cli/flags.ts'

test('every option that the guide for CI gives to onrush exists', () => {
  const page = readFileSync(new URL('../../docs/guide/ci.md', import.meta.url), 'utf8')
  const known = SETTINGS.map(flagOf)
  const commands = page.match(/npx onrush run .*/g) ?? []
  const given = commands.flatMap((each) => each.match(/--[a-z-]+/g) ?? [])
  expect(commands).toHaveLength(3)
  expect(given.length).toBeGreaterThan(4)
  for (const flag of [...given, '--markdown']) expect(known).toContain(flag)
})
