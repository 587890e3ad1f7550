/** All insights, in the order in which the guide lists them. Loaded when a run is judged, never to begin one. */
import type { Insight } from '../contracts/insight.ts'
import { clientTimeouts } from '../plugins/insights/client-timeouts/client-timeouts.ts'
import { errorsUnderLoad } from '../plugins/insights/errors-under-load/errors-under-load.ts'
import { fixedSlots } from '../plugins/insights/fixed-slots/fixed-slots.ts'
import { generatorInsight } from '../plugins/insights/generator/generator-insight.ts'
import { keepAlive } from '../plugins/insights/keep-alive/keep-alive.ts'
import { memoryGrowth } from '../plugins/insights/memory-growth/memory-growth.ts'
import { queueBeforeTarget } from '../plugins/insights/queue-before-target/queue-before-target.ts'
import { rateLimit } from '../plugins/insights/rate-limit/rate-limit.ts'
import { slowSeries } from '../plugins/insights/slow-series/slow-series.ts'
import { targetCpu } from '../plugins/insights/target-cpu/target-cpu.ts'
import { targetDescriptors } from '../plugins/insights/target-descriptors/target-descriptors.ts'
import { targetMemory } from '../plugins/insights/target-memory/target-memory.ts'
import { targetThrottled } from '../plugins/insights/target-throttled/target-throttled.ts'
import { twoModes } from '../plugins/insights/two-modes/two-modes.ts'

export const INSIGHTS: readonly Insight[] = [
  generatorInsight,
  targetCpu,
  targetThrottled,
  targetMemory,
  memoryGrowth,
  targetDescriptors,
  fixedSlots,
  queueBeforeTarget,
  rateLimit,
  errorsUnderLoad,
  clientTimeouts,
  keepAlive,
  slowSeries,
  twoModes,
]
