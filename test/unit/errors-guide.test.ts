import { expect, test } from 'vitest'
import { catalogue } from '../../src/kernel/errors.ts'

// The page is generated: `npx vitest run test/unit/errors-guide -u` after a change of the catalogue.
test('docs/guide/errors.md has every code, in the words of the catalogue', async () => {
  const entries = Object.entries(catalogue).map(
    ([code, { title, explanation, exitCode }]) =>
      `## ${code}\n\n${title[0]!.toUpperCase()}${title.slice(1)}. Exit code ${exitCode}.\n\n${explanation}\n`,
  )
  const page = `# Errors\n\nEvery code that onrush can end with before or instead of a run, as \`onrush explain CODE\` says it offline. Failures of single
requests are not errors of this kind: they are data of a run, see [Results](results.md).\n\n${entries.join('\n')}`
  await expect(page).toMatchFileSnapshot('../../docs/guide/errors.md')
})
