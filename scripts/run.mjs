/** Runs one command, quietly, and answers what it said; for the scripts beside it. */
import { spawn } from 'node:child_process'
import { root } from './bootstrap.mjs'

const OUTPUT_CHARS_MAX = 200_000

/**
 * Never rejects: a command that cannot be started has `code` null and says why in `output`. Past `timeoutMs` it is
 * ended, together with what it started.
 */
export function run(
  command,
  args,
  { cwd = root, timeoutMs = 600_000, env = process.env, show = false } = {},
) {
  return new Promise((resolve) => {
    const startMs = performance.now()
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    })
    let output = ''
    let isLate = false
    const take = (chunk) => {
      if (show) process.stderr.write(chunk)
      output = (output + chunk).slice(-OUTPUT_CHARS_MAX)
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    const timer = setTimeout(() => {
      isLate = true
      output += `\nended after ${timeoutMs / 1000} s`
      end(child)
    }, timeoutMs)
    const done = (code) => {
      clearTimeout(timer)
      resolve({ code: isLate ? null : code, output, durationMs: performance.now() - startMs })
    }
    child.once('error', (error) => {
      output += error.message
      done(null)
    })
    child.once('close', done)
  })
}

/** The bin of an installed development tool. */
export const tool = (name) => `${root}node_modules/.bin/${name}`

function end(child) {
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL')
  } catch (error) {
    // Gone in the meantime is what was wanted.
    if (error.code !== 'ESRCH') throw error
  }
}
