/** Time is injected, so that tests run on a virtual clock. */
export interface Clock {
  /** Monotonic, fractional milliseconds from an arbitrary origin. */
  nowMs(): number
  /** Wall clock, for labels and for agreeing on an instant; never for durations. */
  epochMs(): number
  /**
   * Calls `run(argument)` once at `whenMs` or as soon after as possible, never before, precise to about 1 ms.
   * Timers due at one instant run in the order they were set.
   */
  at<A>(whenMs: number, run: (argument: A) => void, argument: A): TimerHandle
  /** O(1); a handle that has fired or was cancelled is ignored. */
  cancel(timer: TimerHandle): void
}
export type TimerHandle = number & { readonly __timer?: unique symbol }
