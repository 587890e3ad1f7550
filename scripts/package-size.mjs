/**
 * What a user gets from `npm install onrush`: packs the tarball, installs it into an empty folder without install
 * scripts, and holds size and number of packages against the budget. The folder is removed again.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.mjs'

const SIZE_MB_MAX = 45
const PACKAGE_COUNT_MAX = 70

export async function packageSize() {
  const startMs = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'onrush-package-'))
  try {
    const { code, output, note } = await measure(folder)
    return { code, output, note, durationMs: performance.now() - startMs }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measure(folder) {
  const packed = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder])
  if (packed.code !== 0) return packed
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const args = [
    'install',
    `./${tarball}`,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
  ]
  const installed = await run('npm', args, { cwd: folder })
  if (installed.code !== 0) return installed
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules/.package-lock.json'), 'utf8'))
  const packageCount = Object.keys(lock.packages).length
  const sizeMb = sizeBytesOf(join(folder, 'node_modules')) / 1e6
  const note = `${sizeMb.toFixed(1)} of ${SIZE_MB_MAX} MB, ${packageCount} of ${PACKAGE_COUNT_MAX} packages`
  const isSmall = sizeMb <= SIZE_MB_MAX && packageCount <= PACKAGE_COUNT_MAX
  const output = isSmall
    ? ''
    : `An installed onrush is too large: ${note}. See what grew with "npm ls --all --omit=dev".`
  return { code: isSmall ? 0 : 1, output, note }
}

function sizeBytesOf(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path).reduce((sum, name) => sum + sizeBytesOf(join(path, name)), 0)
}
