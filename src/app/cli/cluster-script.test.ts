import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hostsOf, nameOf, npxCommand, remoteCommand, sshArguments } from './cluster-script.ts'

test('npx gets our own version, and the clients of NATS in theirs', () => {
  expect(npxCommand('0.1.0', { '@nats-io/obj': '^3.4.0' })).toBe(
    'npx --yes --package onrush@0.1.0 --package @nats-io/obj@3.4.0 onrush',
  )
})

test('whatever a machine is called, its shell gets it as one word', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (name) => {
      fc.pre(!name.includes('\0'))
      const command = remoteCommand({ command: "printf '%s\\n'", name, count: '2' })
      const said = execFileSync('sh', ['-c', command], { encoding: 'utf8' })
      expect(said).toBe(`worker\n--join\n-\n--name\n${name}\n--workers\n2\n--no-color\n`)
    }),
    { numRuns: 20 },
  )
})

test('ssh asks nothing, and what follows a host is never taken for an option', () => {
  const args = sshArguments('box', 'true', 'my-config')
  expect(args.slice(0, 2)).toEqual(['-F', 'my-config'])
  expect(args).toContain('BatchMode=yes')
  expect(args.slice(-3)).toEqual(['--', 'box', 'true'])
})

test('hosts are separated by commas, or given one by one', () => {
  expect(hostsOf(['box1, me@box2', 'box3'])).toEqual(['box1', 'me@box2', 'box3'])
  expect(nameOf('me@box2')).toBe('box2')
})

test('more hosts than one command holds', () => {
  const hosts = Array.from({ length: 201 }, (_, n) => `box${n}`)
  expect(() => hostsOf(hosts)).toThrow(/201 hosts are given/)
})
