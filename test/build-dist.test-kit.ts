/** Once before the system tests: they run the command line as people do, from `dist`. About a second. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export function setup(): void {
  const root = fileURLToPath(new URL('../', import.meta.url))
  const compiler = `${root}node_modules/typescript/bin/tsc`
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  })
}
