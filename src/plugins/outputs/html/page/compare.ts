/** Another report beside this one: chosen or dropped onto the page, read here, sent nowhere. The run that began earlier is A. */
import type { RunResult } from '../../../../contracts/result.ts'
import { compareSection } from './compare-view.ts'
import { element, unpacked } from './dom.ts'
import { readOther } from './other-report.ts'

export function offerCompare(): void {
  if (document.getElementById('result') === null) return
  const input = element('input')
  input.type = 'file'
  input.accept = '.html,.json'
  const label = element('label', 'Compare with another report: ')
  label.append(input)
  const said = element('span')
  said.setAttribute('role', 'status')
  const tools = element('div')
  tools.className = 'tools'
  tools.append(label, said)
  document.querySelector('header')?.append(tools)

  const close = (): void => {
    document.getElementById('compare')?.remove()
    input.value = ''
    said.textContent = ''
    input.focus()
  }
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    try {
      const [a, b] = byStart(await ownResult(), await readOther(file))
      document.getElementById('compare')?.remove()
      const section = compareSection(a, b, close)
      document.querySelector('header')?.after(section)
      said.textContent = `Compared with ${file.name}.`
      section.focus()
    } catch (error) {
      said.textContent = `${file.name} is not compared: ${(error as Error).message}.`
    }
  }
  input.addEventListener('change', () => void take(input.files?.[0]))
  addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  })
  addEventListener('drop', (event) => {
    const [file] = event.dataTransfer?.files ?? []
    if (file === undefined) return
    event.preventDefault()
    void take(file)
  })
}

const ownResult = async (): Promise<RunResult> =>
  JSON.parse(new TextDecoder().decode(await unpacked('result'))) as RunResult

const byStart = (one: RunResult, other: RunResult): readonly [RunResult, RunResult] =>
  one.run.startedAt <= other.run.startedAt ? [one, other] : [other, one]
