/** Results of other tools that can be kept beside our own. */
import type { ForeignFormat } from '../../contracts/foreign.ts'
import { jtl } from '../../plugins/importers/jtl/jtl.ts'
import { k6 } from '../../plugins/importers/k6/k6.ts'
import { locust } from '../../plugins/importers/locust/locust.ts'

const FORMATS: readonly ForeignFormat[] = [jtl, k6, locust]

/** By how the file begins; undefined: it is none that is known. */
export const formatOf = (head: string): ForeignFormat | undefined =>
  FORMATS.find((each) => each.recognises(head))
