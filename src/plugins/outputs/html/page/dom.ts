/** The few things all parts of the page do with its elements. */
export const all = <E extends Element>(selector: string, within: ParentNode = document): E[] => [
  ...within.querySelectorAll<E>(selector),
]

export function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.textContent = text
  made.addEventListener('click', onClick)
  return made
}

/** Base64 of deflated bytes in a template, as the report has its data. */
export async function unpacked(id: string): Promise<ArrayBuffer> {
  const template = document.getElementById(id) as HTMLTemplateElement
  const bytes = Uint8Array.from(atob(template.content.textContent ?? ''), (sign) =>
    sign.charCodeAt(0),
  )
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return new Response(stream).arrayBuffer()
}
