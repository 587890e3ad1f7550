/**
 * A page as the XPath library wants it: the part of the DOM that it reads, and nothing else. Made from the tree of the HTML parser
 * when the first XPath is asked of a page, in one pass without recursion; about as fast as parsing itself. Names have no
 * namespace, so that `//svg` is asked for as `//div` is.
 */
import { XPATH_DEPTH_MAX, XPATH_NODES_MAX } from '../../kernel/limits.ts'
import type { HtmlNode } from './html-document.ts'

const ELEMENT = 1
export const ATTRIBUTE = 2
const TEXT = 3
const COMMENT = 8
const DOCUMENT = 9
export class XPathNode {
  readonly nodeType: number
  readonly nodeName: string
  readonly localName: string
  readonly namespaceURI = null
  readonly prefix = ''
  /** Of attributes, texts and comments. */
  readonly nodeValue: string | null
  /** What it was made from; of an attribute its element. */
  readonly source: HtmlNode
  /** Of an attribute its element. */
  readonly parentNode: XPathNode | null
  /** Levels below the page. */
  readonly depth: number
  readonly childNodes: XPathNode[] = []
  readonly attributes: XPathNode[] = []
  previousSibling: XPathNode | null = null
  nextSibling: XPathNode | null = null

  constructor(
    nodeType: number,
    name: string,
    value: string | null,
    source: HtmlNode,
    parent: XPathNode | null,
  ) {
    this.nodeType = nodeType
    this.nodeName = name
    this.localName = name
    this.nodeValue = value
    this.source = source
    this.parentNode = parent
    this.depth = parent === null ? 0 : parent.depth + 1
  }

  /** The library's names for `nodeName` and `nodeValue`. */
  get name(): string {
    return this.nodeName
  }
  get value(): string | null {
    return this.nodeValue
  }
  get data(): string | null {
    return this.nodeValue
  }
}

/** Nothing, with a name: what an XPath is tried on. */
export const NO_PAGE = new XPathNode(DOCUMENT, '#document', null, {} as HtmlNode, null)

/** How the library walks. Values that are not there are null. */
export const xpathFacade = {
  getAllAttributes: (node: XPathNode): readonly XPathNode[] => node.attributes,
  getAttribute: (node: XPathNode, name: string): string | null =>
    node.attributes.find(({ nodeName }) => nodeName === name)?.nodeValue ?? null,
  getChildNodes: (node: XPathNode): readonly XPathNode[] => node.childNodes,
  getData: (node: XPathNode): string => node.nodeValue ?? '',
  getFirstChild: (node: XPathNode): XPathNode | null => node.childNodes[0] ?? null,
  getLastChild: (node: XPathNode): XPathNode | null => node.childNodes.at(-1) ?? null,
  getNextSibling: (node: XPathNode): XPathNode | null => node.nextSibling,
  getParentNode: (node: XPathNode): XPathNode | null => node.parentNode,
  getPreviousSibling: (node: XPathNode): XPathNode | null => node.previousSibling,
}

/** The whole page, from its root. A text instead: why it is none for an XPath, whose time grows with the square of nodes and depth. */
export function xpathTree(root: HtmlNode): XPathNode | string {
  const page = new XPathNode(DOCUMENT, '#document', null, root, null)
  const parents = [page]
  let nodeCount = 0
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    if (parent.depth > XPATH_DEPTH_MAX) {
      return `the page is nested more than ${XPATH_DEPTH_MAX} levels deep`
    }
    const children = childrenOf(parent.source)
    nodeCount += children.length
    if (nodeCount > XPATH_NODES_MAX) return `the page has more than ${XPATH_NODES_MAX} nodes`
    for (const source of children) {
      const node = nodeOf(source, parent)
      if (node === undefined) continue
      append(parent, node)
      if (node.nodeType === ELEMENT) parents.push(node)
    }
  }
  return page
}

function append(parent: XPathNode, node: XPathNode): void {
  const before = parent.childNodes.at(-1)
  if (before !== undefined) {
    before.nextSibling = node
    node.previousSibling = before
  }
  parent.childNodes.push(node)
}

/** Nothing for a doctype, and for what is inside of a `<template>`, which is no part of the page. */
function nodeOf(source: HtmlNode, parent: XPathNode): XPathNode | undefined {
  if (source.type === 'text') return new XPathNode(TEXT, '#text', source.data, source, parent)
  if (source.type === 'comment') {
    return new XPathNode(COMMENT, '#comment', source.data, source, parent)
  }
  if (!('attribs' in source)) return undefined
  const element = new XPathNode(ELEMENT, source.name, null, source, parent)
  for (const [name, value] of Object.entries(source.attribs)) {
    element.attributes.push(new XPathNode(ATTRIBUTE, name, value, source, element))
  }
  return element
}

const childrenOf = (node: HtmlNode): readonly HtmlNode[] =>
  'children' in node ? (node.children as readonly HtmlNode[]) : []
