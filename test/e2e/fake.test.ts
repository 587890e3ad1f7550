/**
 * Fake data as people meet it: a project of its own with onrush installed as npm would, and @faker-js/faker beside it or not. The target
 * keeps a list of what it was sent.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, Target } from './cli.test-kit.ts'
import { Project } from './project.test-kit.ts'

const names: string[] = []
let project: Project
let target: Target

beforeAll(async () => {
  project = new Project()
  target = await new Target((request, response) => {
    names.push(decodeURIComponent(request.url!.slice(1)))
    response.end('ok')
  }).open()
})
afterAll(async () => {
  await target.close()
  project.remove()
})

function onrush(text: string, ...args: string[]): Promise<Ended> {
  names.length = 0
  return project.onrush('run', text, ['-r', '100', '-t', '30s', '--no-preflight', ...args])
}
const script = (locale: string) => `import { constant, HttpUser, StopUser, task } from 'onrush'
export class Shopper extends HttpUser {
  static host = '${target.url}'
  ${locale}
  waitTime = constant(0.01)
  left = 3
  @task async sign() {
    if (this.left-- === 0) throw new StopUser()
    await this.client.get('/' + encodeURIComponent(this.id + ' ' + this.fake.person.fullName()), { name: '/:name' })
  }
}
`

test('a class with a locale but without the package ends the run before any load, with the command to type', async () => {
  const { code, err } = await onrush(script("static locale = 'de'"), '-u', '1')
  expect(code, err).toBe(2)
  expect(err).toContain('E_FAKE')
  expect(err).toContain('npm install @faker-js/faker')
  expect(names).toEqual([])
})

test('a script that asks without the package is ended, with the same words', async () => {
  const { code, err } = await onrush(script(''), '-u', '1')
  expect(code, err).toBe(1)
  expect(err).toContain('@faker-js/faker is not installed')
  expect(names).toEqual([])
})

test('once installed, the same seed sends the same names from one worker and from two, different for each user', async () => {
  project.link('@faker-js/faker')
  const sent: string[][] = []
  for (const workers of ['1', '2']) {
    const load = ['-u', '4', '--seed', '5', '--workers', workers]
    const { code, err } = await onrush(script("static locale = 'de'"), ...load)
    expect(code, err).toBe(0)
    sent.push([...names].sort())
  }
  expect(sent[0]).toHaveLength(12)
  expect(sent[1]).toEqual(sent[0])
  expect(new Set(sent[0]!.map((each) => each.slice(2))).size).toBe(12)
})

test('a locale that does not exist is said before any load', async () => {
  const { code, err } = await onrush(script("static locale = 'klingon'"), '-u', '1')
  expect(code, err).toBe(2)
  expect(err).toContain('no locale "klingon"')
})
