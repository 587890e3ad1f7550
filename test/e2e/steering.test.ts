/** Keys on a real terminal: `script` of util-linux makes one, and types what it is given. */
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliFolder, GET, scriptOf, Target } from './cli.test-kit.ts'

const BIN = fileURLToPath(new URL('../../bin/onrush.js', import.meta.url))
const hasScript = spawnSync('script', ['--version']).status === 0

const folder = new CliFolder()
const target = new Target()
beforeAll(() => target.open())
afterAll(async () => {
  await target.close()
  folder.remove()
})

/** Runs it in a terminal; `type` is called with what is on the screen so far whenever that grows. */
async function inTerminal(command: string, type: (screen: string) => string): Promise<string> {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => ['PATH', 'HOME'].includes(name)),
  )
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: folder.path,
    env: { ...environment, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
  })
  let screen = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text
    const typed = type(screen)
    if (typed !== '') child.stdin.write(typed)
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  expect(code, screen).toBe(0)
  return screen
}

/** Each answer once, when its cue has appeared after the one before. */
function cues(...list: [cue: string, typed: string][]): (screen: string) => string {
  let from = 0
  return (screen) => {
    const [cue, typed] = list[0] ?? []
    const at = cue === undefined ? -1 : screen.indexOf(cue, from)
    if (cue === undefined || typed === undefined || at < 0) return ''
    from = at + cue.length
    list.shift()
    return typed
  }
}

test.runIf(hasScript)(
  'users are added, the run is paused, noted and stopped by keys, and all of it is in the result',
  async () => {
    folder.write('keys.ts', scriptOf(GET, target.url))
    const command = `${process.execPath} ${BIN} run keys.ts -u 2 -r 10 -t 25s --headless`
    await inTerminal(
      command,
      cues(
        ['GET /', 'W'],
        ['users 12', 'p'],
        ['PAUSED', 'a'],
        ['note: _', 'cache on\r'],
        ['cache on\r\n', 'p'],
        ['Goes on from', 'q'],
      ),
    )
    const result = folder.saved()
    const done = result.events.filter((each) => each.by === 'keys')
    expect(done.map((each) => each.kind)).toEqual(['steer', 'steer', 'note', 'steer'])
    expect(done.map((each) => each.text)).toEqual([
      expect.stringContaining('2 users becomes 12 users'),
      expect.stringContaining('Paused'),
      'cache on',
      expect.stringContaining('Goes on'),
    ])
    expect(result.users.max).toBe(12)
    expect(result.totals.requests).toBe(target.requests - 1) // the preflight asked once
    expect(result.windows.some((each) => each.paused)).toBe(true)
    expect(result.run.durationMs).toBeLessThan(24_000)
  },
)
