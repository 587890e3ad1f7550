/**
 * For conditions that only a mistake of ours can break. Wrong input is a `Problem`, a wrong world a typed error;
 * neither belongs here. A failed assertion ends the run with exit code 6. Messages are constants, so that
 * a passing assertion costs one comparison.
 */

/** An assertion of onrush itself failed: nothing the user did. */
export class Bug extends Error {
  override readonly name = 'Bug'
}

/** Throws `Bug` when `condition` is false. Fine in a hot loop as long as `message` is a plain literal. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Bug(`${message}. This is a bug in onrush: please report it.`)
}
