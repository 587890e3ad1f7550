import { expect, test } from 'vitest'
import { WINDOWS_REOPEN_MAX } from '../../kernel/limits.ts'
import { SettledWindows } from './settled-windows.ts'
import { windowOf } from './window.test-kit.ts'

test('windows come in order, once, in the version they had when they could no longer change', () => {
  const settled: [window: number, users: number][] = []
  const windows = new SettledWindows(({ window, users }) => settled.push([window, users.active]))
  const users = (active: number) => ({ users: { active, started: 0, stopped: 0, failed: 0 } })
  for (let window = 0; window <= WINDOWS_REOPEN_MAX; window++) {
    if (window !== 3) windows.add(windowOf(window, [], users(1)))
  }
  expect(settled).toEqual([[0, 1]])
  windows.add(windowOf(1, [], users(2)))
  windows.add(windowOf(0, [], users(2)))
  windows.end()
  expect(settled.slice(0, 4)).toEqual([
    [0, 1],
    [1, 2],
    [2, 1],
    [4, 1],
  ])
  expect(settled).toHaveLength(WINDOWS_REOPEN_MAX)
})
