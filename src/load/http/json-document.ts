/**
 * The JSON of a response for everyone who looks into it with a path: parsed once per response, however many checks ask. Kept
 * beside the response, not in it, so that a request whose body nobody reads pays nothing.
 */
import { parseJsonPath, selectJson } from './json-path.ts'

interface JsonSource {
  json(): unknown
}
const documents = new WeakMap<JsonSource, { readonly value: unknown }>()

/** Throws what `response.json()` throws. */
export function documentOf(response: JsonSource): unknown {
  let document = documents.get(response)
  if (document === undefined) {
    document = { value: response.json() }
    documents.set(response, document)
  }
  return document.value
}

/** Up to `countMax` values at `path`. Throws a TypeError for a path that cannot be read. */
export function lookUp(response: JsonSource, path: string, countMax: number): unknown[] {
  return selectJson(documentOf(response), parseJsonPath(path), countMax)
}
