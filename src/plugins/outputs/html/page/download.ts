/** Saves the result that the file carries. */
import { button, unpacked } from './dom.ts'

export async function offerDownload(): Promise<void> {
  const place = document.getElementById('download')
  const template = document.getElementById('result')
  if (place === null || template === null) return
  const save = button('Save the result as JSON', async () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(
      new Blob([await unpacked('result')], { type: 'application/json' }),
    )
    link.download = template.dataset['name'] ?? 'onrush.json'
    link.click()
    URL.revokeObjectURL(link.href)
  })
  place.replaceChildren(save)
}
