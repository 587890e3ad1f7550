/** The command line that the form shows is what Start does: typed into a shell, it makes the same plan. */
import { execFileSync } from 'node:child_process'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CliFolder, type Started, Target } from '../e2e/cli.test-kit.ts'
import { hasChromium, launch } from './page.test-kit.ts'

const SCRIPT = `
import { defineParams, HttpUser, task } from 'onrush'
export const params = defineParams({ items: { default: 10, max: 50 }, region: ['eu', 'us'], key: { secret: true, default: '' } })
export class Shopper extends HttpUser {
  @task async look() { await this.client.get('/' + params.region + '/' + params.items, { name: '/' }) }
}
export const plan = { scenarios: { shop: { users: 1, for: '1s' } }, thresholds: ['errors < 50%'] }
`

describe.skipIf(!hasChromium)('the command line of the form', () => {
  const folder = new CliFolder()
  const target = new Target()
  let browser: Browser
  let started: Started
  let address: string
  beforeAll(async () => {
    await target.open()
    folder.write('shop.ts', SCRIPT)
    browser = await launch()
    started = folder.start([
      'run',
      'shop.ts',
      '--web-port',
      '0',
      '--tag',
      'team=a',
      '--no-preflight',
    ])
    address = await new Promise<string>((resolve) => {
      started.child.stderr!.on('data', (text: string) => {
        const found = /page {2}(\S+)/.exec(text)?.[1]
        if (found !== undefined) resolve(found.replace('localhost', '127.0.0.1'))
      })
    })
  })
  afterAll(async () => {
    started?.child.kill('SIGKILL')
    await browser?.close()
    await target.close()
    folder.remove()
  })

  it('makes the same plan when it is typed', async () => {
    const page = await browser.newPage()
    await page.goto(address)
    await page.getByLabel('Arrivals work').check()
    await page.getByLabel('Draw it over time').check()
    for (const [place, value] of [
      ['Level of point 1', '2.5'],
      ['Seconds of point 2', '1'],
      ['Level of point 2', '10'],
      ['Seconds of point 3', '2'],
    ] as const) {
      await page.getByLabel(place).fill(value)
      await page.keyboard.press('Tab')
    }
    await page.getByLabel('Host', { exact: true }).fill(target.url)
    await page.getByLabel('items').fill('99')
    await page.getByText('"99" is not a number of 50 or less').waitFor()
    await page.getByLabel('items').fill('7')
    await page.getByLabel('region').selectOption('us')
    await page.getByLabel('Threshold 1', { exact: true }).fill("p95('/') < 9s")
    await page.getByLabel('Tags').fill('team=b, why=it is "so"')
    await page.getByLabel('Seed').fill('77')
    const line = await page.getByRole('region', { name: 'command line' }).textContent()
    await page.getByRole('button', { name: 'Start' }).click()
    await page.waitForURL('**/runs/*')
    await page.getByText('■ finished').waitFor()
    const ofPage = folder.saved().run
    expect(ofPage.plan).toMatchObject({
      seed: 77,
      tags: { team: 'b', why: 'it is "so"' },
      params: { items: 7, region: 'us', key: '•••' },
    })
    expect(ofPage.plan.thresholds.map(({ rule }) => rule)).toEqual([
      'errors < 50%',
      "p95('/') < 9s",
    ])

    const [, ...words] = execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n')
    const ended = await folder.run(...words, '--headless')
    expect(ended.code, ended.err).toBe(0)
    const { plan, scriptHash, script, host } = folder.saved().run
    expect({ plan, scriptHash, script, host }).toEqual({
      plan: ofPage.plan,
      scriptHash: ofPage.scriptHash,
      script: ofPage.script,
      host: ofPage.host,
    })
  })
})
