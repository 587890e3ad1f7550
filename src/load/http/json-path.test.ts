import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JSON_PATH_STEPS_MAX } from '../../kernel/limits.ts'
import { type JsonPath, parseJsonPath, selectJson } from './json-path.ts'

const SHOP = {
  items: [
    { id: 1, name: 'Lamp', tags: ['new', 'oak'] },
    { id: 2, name: 'Desk', parts: [{ id: 7 }] },
  ],
  'a b': { "it's": 3 },
  '0': 'a key, not an index',
  none: null,
  größe: 5,
}
const all = (path: string, document: unknown = SHOP) =>
  selectJson(document, parseJsonPath(path), Number.POSITIVE_INFINITY)

describe('a path finds', () => {
  test.each([
    ['$', [SHOP]],
    ['$.items[0].name', ['Lamp']],
    ["$['items'][1]['name']", ['Desk']],
    ['$["a b"]["it\'s"]', [3]],
    ["$['a b']['it\\'s']", [3]],
    ['$.items[*].id', [1, 2]],
    ['$.items[*].tags[*]', ['new', 'oak']],
    ['$..id', [1, 2, 7]],
    ['$.items..id', [1, 2, 7]],
    ['$..parts[*].id', [7]],
    ['$..tags[1]', ['oak']],
    ['$.none', [null]],
    ['$.größe', [5]],
    ["$['0']", ['a key, not an index']],
    ['$[0]', []],
    ['$.items.name', []],
    ['$.items.length', []],
    ['$.items[2]', []],
    ['$.none.deeper', []],
    ['$.constructor', []],
    ['$.__proto__', []],
  ])('%s', (path, expected) => {
    expect(all(path)).toEqual(expected)
  })
})

test('as many as wanted are found, first ones first', () => {
  expect(selectJson(SHOP, parseJsonPath('$..id'), 1)).toEqual([1])
  expect(selectJson(SHOP, parseJsonPath('$..id'), 2)).toEqual([1, 2])
})

describe('a path is refused', () => {
  test.each([
    ['items[0]', 'begins with $'],
    ['', 'begins with $'],
    ['$.', 'character 2'],
    ['$.items[', 'character 8'],
    ['$.items[-1]', 'counting from the end'],
    ['$.items[0:2]', 'slices and lists'],
    ["$['a','b']", 'slices and lists'],
    ['$.items[?(@.id==1)]', 'filters'],
    ['$.*', 'every child is written [*]'],
    ['$..*', 'every child is written [*]'],
    ['$.user-id', 'character 7'],
    ['$.items[01]', 'character 8'],
    [`$${'.a'.repeat(JSON_PATH_STEPS_MAX + 1)}`, 'more than'],
  ])('%s', (path, why) => {
    expect(() => parseJsonPath(path)).toThrow(TypeError)
    expect(() => parseJsonPath(path)).toThrow(why)
  })
})

test('any text is read or refused with a TypeError, and what is read can be walked', () => {
  const pieces = fc.constantFrom('.', '..', '[', ']', '*', "'", '"', '\\', '0', '1', 'a', 'ä', '$')
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces).map((each) => `$${each.join('')}`),
  )
  fc.assert(
    fc.property(text, fc.jsonValue(), (path, document) => {
      let parsed: JsonPath
      try {
        parsed = parseJsonPath(path)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(TypeError)
        return
      }
      expect(parsed.steps.at(-1)?.end ?? 1).toBe(path.length)
      selectJson(document, parsed, 10)
    }),
    { numRuns: 2_000 },
  )
})

/** By the book: recursive, with every node found once, as text of its place. */
function slowly(document: unknown, { steps }: JsonPath): unknown[] {
  let places = new Map<string, unknown>([['', document]])
  const children = (node: unknown): [string | number, unknown][] =>
    Array.isArray(node)
      ? [...node.entries()]
      : typeof node === 'object' && node !== null
        ? Object.entries(node)
        : []
  const below = (place: string, node: unknown, into: Map<string, unknown>): void => {
    into.set(place, node)
    for (const [key, child] of children(node)) {
      below(`${place}/${typeof key} ${key}`, child, into)
    }
  }
  for (const step of steps) {
    const from = new Map<string, unknown>()
    for (const [place, node] of places) {
      if (step.kind === 'descend') below(place, node, from)
      else from.set(place, node)
    }
    places = new Map()
    for (const [place, node] of from) {
      for (const [key, child] of children(node)) {
        const wanted =
          step.kind === 'all' || key === (step.kind === 'index' ? step.index : step.name)
        if (wanted) places.set(`${place}/${typeof key} ${key}`, child)
      }
    }
  }
  return [...places.values()]
}

test('the walk finds exactly what the definition says, each node once', () => {
  const step = fc.constantFrom('.a', '.b', "['c']", '[0]', '[1]', '[*]', '..a', '..b')
  const path = fc.array(step, { maxLength: 6 }).map((steps) => `$${steps.join('')}`)
  const { document } = fc.letrec((tie) => ({
    document: fc.oneof(
      { maxDepth: 5 },
      fc.nat(3),
      fc.array(tie('document'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('document'), { maxKeys: 3 }),
    ),
  }))
  const sorted = (values: unknown[]) => values.map((each) => JSON.stringify(each)).sort()
  fc.assert(
    fc.property(path, document, (text, json) => {
      expect(sorted(all(text, json))).toEqual(sorted(slowly(json, parseJsonPath(text))))
    }),
    { numRuns: 2_000 },
  )
})

test('many `..` on a deep document find each node once, without recursion', () => {
  const depth = 100_000
  let document: unknown = 0
  for (let i = 0; i < depth; i++) document = { a: document }
  // By pairs of nodes alone this would be 10^10 steps, by triples 10^15.
  expect(all('$..a..a..a', document)).toHaveLength(depth - 2)
})
