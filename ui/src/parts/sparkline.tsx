/** How one figure went over a run, in a word's space; what it says is written beside it. Breaks where nothing was measured. */
const WIDTH = 84
const HEIGHT = 20

export function Sparkline(props: { readonly values: readonly (number | null)[] }) {
  return (
    <svg
      class="sparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      <path d={sparkPath(props.values)} fill="none" stroke="currentColor" stroke-width="1.5" />
    </svg>
  )
}

/** From 0 at the bottom to the largest value at the top. */
export function sparkPath(values: readonly (number | null)[]): string {
  const largest = Math.max(1e-9, ...values.map((value) => value ?? 0))
  const step = WIDTH / Math.max(1, values.length - 1)
  let isDrawing = false
  return values
    .map((value, at) => {
      if (value === null) {
        isDrawing = false
        return ''
      }
      const y = HEIGHT - 1.5 - (value / largest) * (HEIGHT - 3)
      const place = `${(at * step).toFixed(1)} ${y.toFixed(1)}`
      // A point between two gaps is drawn as a short stroke.
      const mark = isDrawing ? `L${place}` : `M${place}h1`
      isDrawing = true
      return mark
    })
    .join('')
}
