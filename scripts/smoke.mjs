/**
 * The built command line against the built demo shop, on whichever Node runs this file: a short run must exit 0 and
 * report as many requests as the shop received.
 */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startDemo } from '../dist/app/demo/start-demo.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const shop = await startDemo()
try {
  const load = [
    '--users',
    '2',
    '--spawn-rate',
    '10',
    '--run-time',
    '2s',
    '--headless',
    '--no-preflight',
    '--json',
    '-',
  ]
  const { code, stdout, stderr } = await onrush(
    'run',
    'examples/quickstart.ts',
    '--host',
    shop.url,
    ...load,
  )
  if (code !== 0) throw new Error(`onrush ended with ${code}:\n${stderr}`)
  const { wireRequests } = JSON.parse(stdout).totals
  const { requests } = await (await fetch(`${shop.url}/_ledger`)).json()
  if (wireRequests !== requests || requests === 0)
    throw new Error(`reported ${wireRequests} requests, the shop got ${requests}`)
  console.log(`Node ${process.versions.node}: ${requests} requests, reported and received`)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  await shop.close()
}

function onrush(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/onrush.js', ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}
