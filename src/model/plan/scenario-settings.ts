/**
 * What a scenario says of its users beside their load: how long an iteration may take, and the texts its users read as
 * `this.env`. Values of `env` reach every worker and no report: any of them may be a password, and nothing tells.
 */
import type { LoadPlan, Scenario } from '../../contracts/plan.ts'
import { parseDuration } from './duration.ts'
import { ObjectReader } from './reader.ts'

/** What stands for a value in results and reports; secrets of scripts print the same. */
const HIDDEN = '•••'

type Settings = Pick<Scenario, 'iterationTimeoutMs' | 'env'>

/** Reads `iterationTimeout` and `env`. */
export function readSettings(reader: ObjectReader): Settings {
  return { ...readIterationTimeout(reader), ...readEnv(reader) }
}

function readIterationTimeout(reader: ObjectReader): Settings {
  const parsed = reader.parsed('iterationTimeout', null, parseDuration)
  if (parsed === null) return {}
  if (parsed.ns > 0) return { iterationTimeoutMs: parsed.ns / 1e6 }
  const why = 'every iteration would be cut at once'
  reader.report('iterationTimeout', 'an iteration would have no time', why)
  return {}
}

function readEnv(reader: ObjectReader): Settings {
  const value = reader.get('env')
  if (value === undefined || value === null) return {}
  const given = new ObjectReader(value, reader.at('env'), reader.problems)
  const texts: [name: string, value: string][] = []
  for (const name of given.keys) {
    const text = given.get(name)
    if (typeof text === 'string') texts.push([name, text])
    else {
      // Not the value itself: it may be one nobody should see.
      const what = `${name} is of the type ${typeof text}, not a text`
      given.report(name, what, 'what users read as this.env is text', 'Put it in quotes.')
    }
  }
  return { env: Object.fromEntries(texts) }
}

/** The plan as results and reports may show it: names of `env` and of secret parameters, not their values. */
export function withoutValues(plan: LoadPlan): LoadPlan {
  const scenarios = plan.scenarios.map((each) =>
    each.env === undefined ? each : { ...each, env: hidden(each.env) },
  )
  const { params, secretParams = [] } = plan
  if (params === undefined) return { ...plan, scenarios }
  const masked = Object.fromEntries(secretParams.map((name) => [name, HIDDEN]))
  return { ...plan, scenarios, params: { ...params, ...masked } }
}

function hidden(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(env).map((name) => [name, HIDDEN]))
}
