/**
 * Named checks of one worker: how often each held and did not. A bounded dictionary; names past the bound share
 * "(other checks)". A few ns a check once the id is known.
 */
import type { CheckId } from '../../contracts/measure.ts'
import type { CheckDelta } from '../../contracts/snapshot.ts'
import { CHECKS_MAX, NAME_CHARS_MAX } from '../../kernel/limits.ts'

export const OTHER_CHECKS = '(other checks)'

export class CheckBook {
  readonly _ids = new Map<string, CheckId>()
  /** Of checks that are counted apart, by scenario. */
  readonly _idsByScenario = new Map<string, Map<string, CheckId>>()
  readonly _names: { name: string; scenario?: string }[] = []
  readonly _passes = new Float64Array(CHECKS_MAX + 1)
  readonly _failures = new Float64Array(CHECKS_MAX + 1)
  _folded = 0

  id(name: string, scenario?: string): CheckId {
    const ids = scenario === undefined ? this._ids : this._idsOf(scenario)
    const text = name.length > NAME_CHARS_MAX ? name.slice(0, NAME_CHARS_MAX) : name
    const known = ids.get(text)
    if (known !== undefined) return known
    const isOther = text === OTHER_CHECKS && scenario === undefined
    if (this._names.length >= CHECKS_MAX && !isOther) {
      this._folded++
      return this.id(OTHER_CHECKS)
    }
    const id = this._names.length
    this._names.push(scenario === undefined ? { name: text } : { name: text, scenario })
    ids.set(text, id)
    return id
  }

  _idsOf(scenario: string): Map<string, CheckId> {
    let ids = this._idsByScenario.get(scenario)
    if (ids === undefined) {
      ids = new Map()
      this._idsByScenario.set(scenario, ids)
    }
    return ids
  }

  count(id: CheckId, passed: boolean): void {
    if (passed) this._passes[id]!++
    else this._failures[id]!++
  }

  flush(): CheckDelta[] {
    const deltas: CheckDelta[] = []
    this._names.forEach((names, id) => {
      const passes = this._passes[id]!
      const failures = this._failures[id]!
      if (passes + failures > 0) deltas.push({ ...names, passes, failures })
    })
    this._passes.fill(0)
    this._failures.fill(0)
    return deltas
  }

  /** Bounds hit since the last call. */
  takeLimits(): (readonly [string, number])[] {
    const folded = this._folded
    this._folded = 0
    return folded > 0 ? [['checks-folded', folded]] : []
  }
}
