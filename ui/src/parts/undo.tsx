/** What was just done, and the way back. */
export function Undo(props: { readonly text: string; readonly onUndo: () => void }) {
  return (
    <section class="undo" aria-label="Just done">
      <span>{props.text}</span>
      <button type="button" onClick={() => props.onUndo()}>
        Undo
      </button>
    </section>
  )
}
