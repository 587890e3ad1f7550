/** `onrush hit URL`: a load test of one URL. Writes the script nobody wants to write, in memory, and runs it. */
import { OnrushError, problem } from '../../kernel/errors.ts'
import { bundleText } from '../../load/script/bundle.ts'
import { bringsTime } from '../../model/plan/load-input.ts'
import { isProblems, prepareBundle } from './prepare.ts'
import type { Flags } from './program.ts'
import { readSettings } from './read-settings.ts'
import { runPrepared } from './run-prepared.ts'
import type { Terminal } from './terminal.ts'
import { withWorkers } from './workers.ts'

export async function hitCommand(url: string, flags: Flags, terminal: Terminal): Promise<number> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new OnrushError([
      problem(
        'E_SCHEME',
        url,
        `"${url}" is not a web address`,
        'it does not begin with http:// or https://',
        `write http://${url.replace(/^\w*:\/*/, '') || url}`,
      ),
    ])
  }
  const time = flags['for'] ?? flags['runTime'] ?? (hasOwnTime(flags, terminal) ? undefined : '10s')
  const typed = time === undefined ? flags : { ...flags, runTime: time }
  const { settings, config } = await readSettings(typed, terminal)
  const bundle = await bundleText(
    hitScript(new URL(url), String(flags['method'] ?? 'GET')),
    'hit.mjs',
    terminal.folder,
  )
  if (isProblems(bundle)) throw new OnrushError(bundle)
  return withWorkers(settings, terminal, async (workers) => {
    const given = { settings, config, fallback: { users: 1 } }
    const prepared = await prepareBundle(bundle, `hit ${url}`, given)
    return runPrepared({ ...prepared, fellBack: false }, workers, terminal)
  })
}

/** A shape such as `0 → 50/s over 10s` says itself how long. */
function hasOwnTime(flags: Flags, { environment }: Terminal): boolean {
  const load = ['arrivals', 'users'].map(
    (key) => flags[key] ?? environment[`ONRUSH_${key.toUpperCase()}`] ?? '',
  )
  return load.some((text) => bringsTime(String(text)))
}

function hitScript({ origin, pathname, search }: URL, method: string): string {
  const target = JSON.stringify(pathname + search)
  return `import { HttpUser } from 'onrush'
export class Visitor extends HttpUser {
  static host = ${JSON.stringify(origin)}
  static tasks = { visit: 1 }
  async visit() { await this.client.request(${JSON.stringify(method.toUpperCase())}, ${target}) }
}
`
}
