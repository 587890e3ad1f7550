// One row handed out to a user, for every pick, from memory and from a file in blocks. Budget: ≤ 1 µs from memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { takeFeeders } from '../../dist/load/data/feeder.js'
import { feeder } from '../../dist/load/data/make-feeder.js'
import { openFeeders } from '../../dist/load/data/open-feeders.js'
import { PICKS } from '../../dist/load/data/pickers.js'
import { CORE } from '../../dist/load/user/brand.js'
import { measure } from '../lib/micro.mjs'
import { options } from '../lib/report.mjs'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
const { small } = options({ small: false })
const operations = small ? 20_000 : 1_000_000
const rowCount = small ? 10_000 : 100_000
const userCount = 1024
const users = Array.from({ length: userCount }, (_, index) => ({ [CORE]: { userId: index + 1 } }))
const scenarios = [{ load: { kind: 'constant-users', users: userCount } }]
const share = { index: 1, weights: [1, 1, 1], lost: [] }

const folder = mkdtempSync(join(tmpdir(), 'onrush-bench-'))
const file = join(folder, 'people.csv')
const rows = Array.from({ length: rowCount }, (_, n) => `${n},"user ${n}",user-${n}@example.com\n`)
writeFileSync(file, `id,name,mail\n${rows.join('')}`)

async function handOut(label, pick, rounds, inMemoryBytesMax) {
  const end = pick === 'random' || pick === 'zipf' ? {} : { end: 'recycle' }
  const people = feeder.csv(file, { pick, ...end })
  const close = await openFeeders(takeFeeders(), {
    plan: { seed: 1, scenarios },
    share,
    entry: file,
    placeOf: () => undefined,
    inMemoryBytesMax,
  })
  const body = (count) => {
    let sum = 0
    for (let n = 0; n < count; n++) sum += people.next(users[n % userCount]).mail.length
    return sum
  }
  // What reading the file left behind is not part of a hand-out.
  collect()
  measure(`feeder.next, ${label}, ${pick}`, body, { operations: rounds })
  close()
}

for (const pick of PICKS) await handOut('in memory', pick, operations, 2 ** 30)
for (const pick of ['sequential', 'unique', 'zipf', 'random']) {
  await handOut('in blocks', pick, operations / 20, 0)
}
rmSync(folder, { recursive: true })
