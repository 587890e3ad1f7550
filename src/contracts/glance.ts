/** What a list of runs shows of one beside its line in the history: more than a row of figures, less than the run. */
export interface RunGlance {
  readonly id: string
  readonly host: string | null
  readonly branch: string | null
  /** The tree was not as committed. */
  readonly isDirty: boolean
  /** One line per scenario, such as `50/s arrivals`. */
  readonly load: readonly string[]
  /** The highest p95 of one second in each stretch of the run; null where nothing was measured. Empty: no result was left. */
  readonly p95Ms: readonly (number | null)[]
  /** Of one stretch. */
  readonly stretchMs: number
}
