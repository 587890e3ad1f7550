/** The few things all parts of the page do with its elements. */
export const all = <E extends Element>(selector: string, within: ParentNode = document): E[] => [
  ...within.querySelectorAll<E>(selector),
]

/** `text` is text, whatever it looks like. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  text = '',
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  made.textContent = text
  return made
}

export function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', text)
  made.type = 'button'
  made.addEventListener('click', onClick)
  return made
}

/** What is in a template of this page. */
export function unpacked(id: string): Promise<ArrayBuffer> {
  const template = document.getElementById(id) as HTMLTemplateElement
  return unpackedText(template.content.textContent ?? '')
}

/** Base64 of deflated bytes, as reports have their data. */
export function unpackedText(text: string): Promise<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return new Response(stream).arrayBuffer()
}
