/**
 * What one source file imports and which ambient things (clocks, randomness, timers) it touches, by syntax alone, through
 * oxc-parser. Types are told from values. Names are not resolved: a local variable called `performance` counts as the
 * global one, which is a good reason to call it something else.
 */
import { parseSync, visitorKeys } from 'oxc-parser'

export interface ImportFact {
  /** As written: `../kernel/clock.ts`, `node:fs`. */
  readonly specifier: string
  readonly line: number
  readonly typeOnly: boolean
}
export interface AmbientFact {
  /** `Date.now`, `Math.random`, `setTimeout`, `process.env` … */
  readonly name: string
  readonly line: number
}
export interface SourceFacts {
  readonly imports: readonly ImportFact[]
  readonly ambient: readonly AmbientFact[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly [key: string]: unknown
}

const AMBIENT = new Set([
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'process',
  'fetch',
  'crypto',
])
/** `Date.parse`, `Date.UTC` and `new Date(value)` are arithmetic; everything else about `Date` reads the clock. */
const DATE_ARITHMETIC = new Set(['parse', 'UTC', 'prototype'])

export function readSource(file: string, text: string): SourceFacts {
  const { program, errors } = parseSync(file, text)
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]!.message}`)
  const imports: ImportFact[] = []
  const ambient: AmbientFact[] = []
  const lineOf = (node: Node) => text.slice(0, node.start).split('\n').length
  walk(program as unknown as Node, undefined, '', false)
  return { imports, ambient }

  function walk(node: Node, parent: Node | undefined, key: string, inType: boolean): void {
    const specifier = importedBy(node)
    if (specifier !== undefined) {
      imports.push({ specifier, line: lineOf(node), typeOnly: isTypeOnly(node) })
    }
    if (!inType) {
      const name = ambientName(node, parent, key)
      if (name !== undefined) ambient.push({ name, line: lineOf(node) })
    }
    const nowInType = inType || isTypeSyntax(node.type)
    for (const childKey of visitorKeys[node.type] ?? []) {
      const child = node[childKey]
      for (const one of Array.isArray(child) ? child : [child]) {
        if (one !== null && typeof one === 'object') walk(one as Node, node, childKey, nowInType)
      }
    }
  }
}

function importedBy(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return literal(node['source'] ?? node['argument'])
    case 'TSExternalModuleReference':
      return literal(node['expression'])
    default:
      return undefined
  }
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType') return true
  if (node['importKind'] === 'type' || node['exportKind'] === 'type') return true
  const specifiers = (node['specifiers'] ?? []) as Node[]
  return (
    specifiers.length > 0 &&
    specifiers.every((one) => one['importKind'] === 'type' || one['exportKind'] === 'type')
  )
}

function ambientName(node: Node, parent: Node | undefined, key: string): string | undefined {
  if (node.type !== 'Identifier' || parent === undefined) return undefined
  const name = node['name'] as string
  const isPropertyName =
    (key === 'property' || key === 'key') &&
    parent['computed'] !== true &&
    parent['shorthand'] !== true
  if (isPropertyName) return undefined
  const member =
    parent.type === 'MemberExpression' && key === 'object'
      ? ((parent['property'] as Node)['name'] as string | undefined)
      : undefined
  if (name === 'Math') return member === 'random' ? 'Math.random' : undefined
  if (name === 'Date')
    return readsClock(parent, key, member) ? `Date${member ? `.${member}` : ''}` : undefined
  if (!AMBIENT.has(name)) return undefined
  return name === 'process' && member !== undefined ? `process.${member}` : name
}

function readsClock(parent: Node, key: string, member: string | undefined): boolean {
  if (member !== undefined) return !DATE_ARITHMETIC.has(member)
  if (parent.type === 'BinaryExpression') return false
  const isNewWithValue =
    parent.type === 'NewExpression' &&
    key === 'callee' &&
    (parent['arguments'] as Node[]).length > 0
  return !isNewWithValue
}

function isTypeSyntax(type: string): boolean {
  return /^TS(TypeAnnotation|TypeAliasDeclaration|InterfaceDeclaration|TypeParameterInstantiation|TypeReference)$/.test(
    type,
  )
}

function literal(node: unknown): string | undefined {
  const value = node as { value?: unknown; literal?: { value?: unknown } } | null | undefined
  const found = value?.value ?? value?.literal?.value
  return typeof found === 'string' ? found : undefined
}
