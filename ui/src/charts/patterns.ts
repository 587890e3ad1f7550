/** Fills that differ by pattern as well as by colour: plain, hatchings, dots. Opaque, so that they can lie over each other. */
const SIZE = 8
/** In place of an index: the colour alone, lighter. */
export const TINT = -1
const known = new Map<string, CanvasPattern>()

export function patternOf(
  context: CanvasRenderingContext2D,
  index: number,
  color: string,
  behind: string,
): CanvasPattern | string {
  const kind = index % 6
  if (kind === 0) return color
  const key = `${kind} ${color} ${behind}`
  const made = known.get(key) ?? make(context, kind, color, behind)
  if (made === null) return color
  known.set(key, made)
  return made
}

function make(
  target: CanvasRenderingContext2D,
  kind: number,
  color: string,
  behind: string,
): CanvasPattern | null {
  const tile = document.createElement('canvas')
  tile.width = SIZE
  tile.height = SIZE
  const context = tile.getContext('2d')
  if (context === null) return null
  context.fillStyle = behind
  context.fillRect(0, 0, SIZE, SIZE)
  context.globalAlpha = kind === TINT ? 0.55 : 0.35
  context.fillStyle = color
  context.fillRect(0, 0, SIZE, SIZE)
  context.globalAlpha = 1
  context.strokeStyle = color
  context.lineWidth = 2
  context.beginPath()
  for (const [x1, y1, x2, y2] of STROKES[kind] ?? []) {
    context.moveTo(x1, y1)
    context.lineTo(x2, y2)
  }
  context.stroke()
  return target.createPattern(tile, 'repeat')
}

type Stroke = readonly [x1: number, y1: number, x2: number, y2: number]
const RISING: readonly Stroke[] = [
  [-2, 10, 10, -2],
  [-2, 2, 2, -2],
  [6, 10, 10, 6],
]
const FALLING: readonly Stroke[] = [
  [-2, -2, 10, 10],
  [-2, 6, 2, 10],
  [6, -2, 10, 2],
]
const STROKES: readonly (readonly Stroke[])[] = [
  [],
  RISING,
  FALLING,
  [[0, 4, 8, 4]],
  [[4, 0, 4, 8]],
  [[3, 4, 5, 4]],
]
