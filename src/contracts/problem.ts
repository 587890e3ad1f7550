/** A mistake in what somebody gave us: a value, never an exception, so that all of them can be shown at once. */
export interface Problem {
  /** Stable code of the catalogue in `kernel/errors.ts`, such as `E_NO_HOST`. */
  readonly code: string
  /** Where: `--users`, `plan.scenarios.shop.user`, `shop.ts:12:4`. */
  readonly path: string
  readonly what: string
  readonly why: string
  readonly fix: string
}
