// Times one function: warms up, runs several rounds, prints the median ns per operation and a checksum.
import { median } from './report.mjs'

/** `body(count)` does `count` operations and returns a number that depends on all of them. */
export function measure(name, body, { operations, rounds = 9 }) {
  body(Math.ceil(operations / 10))
  const samples = []
  let checksum = 0
  for (let round = 0; round < rounds; round++) {
    const started = performance.now()
    checksum += body(operations)
    samples.push(((performance.now() - started) * 1e6) / operations)
  }
  const ns = median(samples)
  console.log(
    `${name}: ${ns.toFixed(1)} ns (min ${Math.min(...samples).toFixed(1)}, checksum ${Math.round(checksum)})`,
  )
  return ns
}
