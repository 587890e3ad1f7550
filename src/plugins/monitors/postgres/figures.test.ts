import { expect, it } from 'vitest'
import { CounterRates } from '../../../kernel/counter-rates.ts'
import { figuresOf, statementsSum } from './figures.ts'

it('counters become speeds and shares of what happened since', () => {
  const rates = new CounterRates()
  const row = (n: number) => ({
    ...{ connections: '40', most_connections: 100, active: '3', longest_sec: '1.5' },
    ...{ commits: `${100 * n}`, rollbacks: `${n}`, hits: `${90 * n}`, reads: `${10 * n}` },
    ...{ calls: `${200 * n}`, statement_ms: 500 * n },
  })
  const read = (n: number) => {
    rates.begin(n * 2_000)
    return Object.fromEntries(figuresOf(row(n), rates).map(({ metric, value }) => [metric, value]))
  }
  expect(read(1)).toEqual({
    ...{ active: 3, connections: 40, connectionsUsed: 40, longestTransaction: 1_500 },
  })
  expect(read(2)).toMatchObject({
    ...{ transactions: 50.5, rollbacks: 0.5, cacheHits: 90, statements: 100, statementTime: 2.5 },
  })
})

it('the time of statements has the name that its version gave it', () => {
  expect(statementsSum('public', '1.6')).toContain('sum(total_time)')
  expect(statementsSum('public', '1.10')).toContain('sum(total_exec_time)')
  expect(statementsSum('public', '1.8')).toContain('sum(total_exec_time)')
})
