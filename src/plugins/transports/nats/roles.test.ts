import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { poolUsers } from './roles.ts'

test('the guide prints the permissions that our own server has', () => {
  const page = new URL('../../../../docs/guide/many-machines.md', import.meta.url)
  const block = /```\njetstream[\s\S]+?```/.exec(readFileSync(page, 'utf8'))![0]
  const own = JSON.parse(
    poolUsers({ coordinator: 'a', worker: 'b' }).replace('authorization: ', ''),
  )
  const listed = [...block.matchAll(/(publish|subscribe): (\[[^\]]+\])/g)].map(([, , list]) =>
    JSON.parse(list!),
  )
  const wanted = own.users.flatMap(
    ({ permissions: { publish, subscribe } }: { permissions: Record<string, unknown> }) => [
      publish,
      subscribe,
    ],
  )
  expect(listed).toEqual(wanted)
  expect(block.match(/allow_responses: true/g)).toHaveLength(1)
})

test('a password of whatever letters stays one word of the configuration', () => {
  const text = poolUsers({ coordinator: '"} x', worker: 'b' })
  expect(JSON.parse(text.replace('authorization: ', '')).users[0].password).toBe('"} x')
})
