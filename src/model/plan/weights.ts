/**
 * What workers can do, as weights of their shares: small whole numbers in the same proportion. Measuring is not exact, so
 * machines that are nearly alike are taken for alike; else each gets its part to a sixteenth of the strongest, and even the
 * weakest gets one. Pure: who knows the same workers comes to the same weights.
 */

/** A weakest worker above this part of the strongest is as good as it. */
const ALIKE = 0.8
const LEVELS = 16

/** One weight for each of `powers`, which have no unit; `undefined`: nobody knows, so all are alike. */
export function weightsOf(powers: readonly (number | undefined)[]): readonly number[] {
  const known = powers.filter(isPower)
  const strongest = Math.max(...known)
  const areAlike = known.length < powers.length || Math.min(...known) >= ALIKE * strongest
  if (areAlike) return powers.map(() => 1)
  const levels = known.map((power) => Math.max(1, Math.round((power / strongest) * LEVELS)))
  const common = levels.reduce(greatestDivisor)
  return levels.map((level) => level / common)
}

const isPower = (power: number | undefined): power is number =>
  power !== undefined && Number.isFinite(power) && power > 0

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))
