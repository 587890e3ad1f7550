/** Once before the system tests: they run the command line and the page as people do, from `dist`. Types are the gate's business. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export function setup(): void {
  const root = fileURLToPath(new URL('../', import.meta.url))
  const compiler = `${root}node_modules/typescript/bin/tsc`
  const vite = `${root}node_modules/vite/bin/vite.js`
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--noCheck'], {
    cwd: root,
    stdio: 'inherit',
  })
  execFileSync(process.execPath, [vite, 'build', 'ui', '--logLevel', 'error'], {
    cwd: root,
    stdio: 'inherit',
  })
}
