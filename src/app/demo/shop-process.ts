/**
 * The demo shop as a process of its own, so that it does not share a core's event loop with what loads it.
 * Arguments: `--port N`, `--seed N` and one `--demo-NAME VALUE` per knob (`--demo-latency-ms 50`,
 * `--demo-error-percents '{"*": 1}'`, `--demo-missing-index`). Writes its URL to standard output, one line; tells its
 * parent through the IPC channel where there is one, and ends with it.
 */

import { startShop } from './shop.ts'
import { readShopArguments } from './shop-arguments.ts'

const options = readShopArguments(process.argv.slice(2))
if (typeof options === 'string') {
  process.stderr.write(`${options}\n`)
  process.exitCode = 2
} else {
  const shop = await startShop(options)
  const close = (): void => void shop.close().then(() => process.disconnect?.())
  process.once('SIGINT', close)
  process.once('SIGTERM', close)
  process.once('disconnect', () => void shop.close())
  process.send?.({ url: shop.url, port: shop.port })
  process.stdout.write(`${shop.url}\n`)
}
