/**
 * The times both ends of the wire agree on. Together they promise: a dead worker is noticed within
 * `WORKER_SILENT_MS`, and five seconds after a coordinator died nobody sends load any more
 * (`COORDINATOR_SILENT_MS` until it is noticed, then everything is cut at once).
 */

/** Both sides say that they live this often. */
export const HEARTBEAT_MS = 500
/** A worker that said nothing for so long is lost; looked at every `HEARTBEAT_MS`, so that it is noticed within two seconds. */
export const WORKER_SILENT_MS = 1_450
/** A worker that heard nothing for so long stops by itself: below the promised 5 s by one heartbeat and a margin. */
export const COORDINATOR_SILENT_MS = 4_000
/** A line to all workers that is down for longer is not waited for: by then all of them have stopped by themselves. */
export const INTERRUPTED_MS_MAX = COORDINATOR_SILENT_MS + 1_000
/** One window of the run. */
export const WINDOW_MS = 1_000
/** A window waits for missing snapshots until so long after its end. */
export const WINDOW_LATE_MS = 2_000
/** A worker that is heard, and whose snapshots do not come for so long, is worth a word. */
export const UNREPORTED_MS = 5_000
/** Survivors take over so long after a loss was noticed: enough for the message to reach all of them first. */
export const TAKEOVER_LEAD_MS = 300
/** Who joins gets its part so long after everybody was told: it has the whole plan to catch up with. */
export const JOIN_LEAD_MS = 500
/** Nobody joins a run that ends sooner. */
export const JOIN_WORTH_MS = 2_000
/** A change of the load takes place so long after it was made: the same. */
export const STEER_LEAD_MS = 300
/** Pings per worker to measure the offset of its clock; the quickest counts. */
export const PINGS = 5
/** From "all are ready" to the agreed start, at least. */
export const START_LEAD_MS = 20
/** Loading a script and answering `prepare` may take so long. */
export const PREPARE_MS_MAX = 60_000
/** After grace has run out, a worker has so long to send its last snapshot before it counts as lost. */
export const FAREWELL_MS = 3_000
