/**
 * What can be done on the present screen, as the palette and the sheet of keys list it. Screens offer their commands as long as they are
 * shown; those of keys come with `onKeys`.
 */
import { createSignal, onCleanup } from 'solid-js'

export interface Command {
  /** What it does, or where it goes. */
  readonly label: string
  /** Such as `run`, `request`, `action`. */
  readonly kind: string
  /** The key that does the same. */
  readonly key?: string
  readonly act: () => void
}
type Offer = () => readonly Command[]

const [offers, setOffers] = createSignal<readonly Offer[]>([])

/** All that is offered now, the newest screen first. */
export const commands = (): readonly Command[] =>
  offers()
    .toReversed()
    .flatMap((offer) => offer())

/** Until the component that offers goes away. Asked when the palette opens, and not before. */
export function offerCommands(offer: Offer): void {
  setOffers((known) => [...known, offer])
  onCleanup(() => setOffers((known) => known.filter((each) => each !== offer)))
}

/** Those with all words of `text` in label or kind, in any order; those that begin with it first. */
export function matching(all: readonly Command[], text: string): readonly Command[] {
  const wanted = text.trim().toLowerCase()
  const words = wanted.split(/\s+/)
  const found = all.filter(({ label, kind }) => {
    const said = `${kind} ${label}`.toLowerCase()
    return words.every((word) => said.includes(word))
  })
  const isFirst = ({ label }: Command): boolean => label.toLowerCase().startsWith(wanted)
  return [...found.filter(isFirst), ...found.filter((each) => !isFirst(each))]
}
