#!/usr/bin/env node
// The command. Answers --version by itself, because loading anything else would cost more than the answer; hands
// over to the copy installed in the project, so that a global `onrush` never runs a script against another version.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const self = realpathSync(fileURLToPath(import.meta.url))
const local = localCopy(process.cwd())

if (local !== undefined && local !== self) {
  await import(pathToFileURL(local).href)
} else if (['--version', '-V', 'version'].includes(process.argv[2])) {
  const { version } = JSON.parse(readFileSync(join(dirname(self), '../package.json'), 'utf8'))
  process.stdout.write(`onrush ${version}\n`)
} else {
  const main = join(dirname(self), '../dist/app/cli/main.js')
  if (existsSync(main)) {
    const { runCli } = await import(pathToFileURL(main).href)
    await runCli()
  } else {
    process.stderr.write('onrush is not built in this checkout. Run: npm run build\n')
    process.exitCode = 2
  }
}

/** The copy under the nearest node_modules above `folder`, if there is one. */
function localCopy(folder) {
  const candidate = join(folder, 'node_modules/onrush/bin/onrush.js')
  if (existsSync(candidate)) return realpathSync(candidate)
  const parent = dirname(folder)
  return parent === folder ? undefined : localCopy(parent)
}
