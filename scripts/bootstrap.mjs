/**
 * Makes a fresh clone ready, with nothing but Node: installs packages when they are missing or older than the lock
 * file, builds `dist` when a source is newer. Says what it does, and says nothing when there is nothing to do.
 * Plain JavaScript, because it runs before anything is installed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
// Built last.
const BUILD_STAMP = 'dist/ui/index.html'
const BUILD_INPUTS = [
  'src',
  'ui/src',
  'ui/public',
  'ui/index.html',
  'ui/vite.config.ts',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
]

/** Installs and builds what is needed. Throws an `Error` whose message is for people. */
export function bootstrap() {
  checkNode()
  if (isInstallStale()) {
    say('installing packages …')
    npm('ci', '--no-audit', '--no-fund', '--loglevel=error')
  }
  if (isBuildStale()) {
    say('building …')
    // What was deleted from src must not live on in dist.
    rmSync(join(root, 'dist'), { recursive: true, force: true })
    npm('run', '--silent', 'build')
  }
}

function checkNode() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.slice(2)
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number)
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return
  throw new Error(
    `Node ${process.versions.node} is too old: onrush needs ${wanted} or newer. Get one at https://nodejs.org`,
  )
}

/** npm writes `.package-lock.json` when it has installed everything. */
function isInstallStale() {
  const installed = join(root, 'node_modules/.package-lock.json')
  return !existsSync(installed) || changedAt('package-lock.json') > statSync(installed).mtimeMs
}

function isBuildStale() {
  const built = join(root, BUILD_STAMP)
  if (!existsSync(built)) return true
  const builtAt = statSync(built).mtimeMs
  return BUILD_INPUTS.some((path) => newest(join(root, path)) > builtAt)
}

function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return /\.test(-kit)?\.ts$/.test(path) ? 0 : stat.mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0)
}

function changedAt(path) {
  return statSync(join(root, path)).mtimeMs
}

function npm(...args) {
  const done = spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (done.error)
    throw new Error(
      `npm could not be started (${done.error.message}). It comes with Node; is it on the PATH?`,
    )
  if (done.status === 0) return
  const output = `${done.stdout}${done.stderr}`.trim()
  throw new Error(`"npm ${args.join(' ')}" failed:\n${output}`)
}

function say(text) {
  process.stderr.write(`onrush: ${text}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    bootstrap()
  } catch (error) {
    say(error.message)
    process.exitCode = 1
  }
}
