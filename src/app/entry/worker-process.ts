/**
 * A worker in a process of its own, forked by the `process` transport. It serves one run over the process's message
 * channel and ends with it: a lost channel means a lost coordinator, and nobody may keep attacking a target unattended.
 */
import { parentChannel } from '../../plugins/transports/process/parent-channel.ts'
import { ORPHAN_EXIT_MS, readyToServe } from './serve-run.ts'

const channel = parentChannel(process)
const end = await readyToServe()(channel)
if (end === 'orphaned') {
  setTimeout(() => process.exit(1), ORPHAN_EXIT_MS)
} else {
  // The coordinator disconnects once it has read everything; leaving earlier could cut the last snapshot.
  await channel.closed
  process.exit(0)
}
