// The floor under "spawning with a connection": N sockets of node:net, 50 opening at a time, one request each; prints N per second.
import { connect } from 'node:net'

const [count, port] = process.argv.slice(2).map(Number)
const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
const buffer = Buffer.allocUnsafeSlow(65_536)
const started = performance.now()
let opened = 0
let answered = 0

function open() {
  opened++
  const callback = () => {
    answered++
    if (opened < count) open()
    if (answered === count) {
      console.log(count / ((performance.now() - started) / 1000))
      process.exit()
    }
    return true
  }
  connect({ host: '127.0.0.1', port, noDelay: true, onread: { buffer, callback } }, function () {
    this.write(request, 'latin1')
  })
}
for (let n = 0; n < 50; n++) open()
