// Servers with a limit that is known before anybody measures: `node limited-servers.mjs single|pool|limiter` prints its port. `single`
// and `pool` keep a timetable instead of the processor busy, so their limit is 100/s whatever else the machine does; `limiter` gives the
// first 50 of each second an answer and refuses the rest.
import { createServer } from 'node:http'

const timetable = (places, serviceMs) => {
  const freeMs = Array(places).fill(0)
  return (response) => {
    const place = freeMs.indexOf(Math.min(...freeMs))
    freeMs[place] = Math.max(freeMs[place], performance.now()) + serviceMs
    setTimeout(() => response.end('ok'), freeMs[place] - performance.now())
  }
}
const limiter = (perSec) => {
  let [second, count] = [0, 0]
  return (response) => {
    const now = Math.floor(performance.now() / 1_000)
    if (now !== second) [second, count] = [now, 0]
    response.statusCode = ++count > perSec ? 429 : 200
    response.end()
  }
}
const answers = { single: timetable(1, 10), pool: timetable(4, 40), limiter: limiter(50) }
const answer = answers[process.argv[2]]
const server = createServer((_, response) => answer(response))
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
