/** The points of a drawn load as numbers to type: all that can be done by dragging. */
import { For, Show } from 'solid-js'
import {
  moved,
  type PlanPoint,
  type PlanUnit,
  POINTS_MAX,
  withoutPoint,
  withPointAfter,
} from '../figures/plan-points.ts'

export function PointTable(props: {
  readonly points: readonly PlanPoint[]
  readonly unit: PlanUnit
  readonly onChange: (points: readonly PlanPoint[]) => void
}) {
  const set = (index: number, change: Partial<PlanPoint>): void =>
    props.onChange(moved(props.points, index, { ...props.points[index]!, ...change }))
  return (
    <div>
      <table class="points">
        <thead>
          <tr>
            <th scope="col">after (s)</th>
            <th scope="col">{props.unit === 'users' ? 'users' : 'arrivals per s'}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          <For each={props.points.map((_, index) => index)}>
            {(index) => (
              <tr>
                <td>
                  <input
                    type="number"
                    min="0"
                    aria-label={`Seconds of point ${index + 1}`}
                    disabled={index === 0}
                    value={props.points[index]?.atS ?? 0}
                    onChange={(event) =>
                      set(index, { atS: event.currentTarget.valueAsNumber || 0 })
                    }
                  />
                </td>
                <td>
                  <input
                    type="number"
                    min="0"
                    step={props.unit === 'users' ? 1 : 0.1}
                    aria-label={`Level of point ${index + 1}`}
                    value={props.points[index]?.level ?? 0}
                    onChange={(event) =>
                      set(index, { level: event.currentTarget.valueAsNumber || 0 })
                    }
                  />
                </td>
                <td>
                  <button
                    type="button"
                    class="quiet"
                    aria-label={`Remove point ${index + 1}`}
                    disabled={props.points.length <= 2}
                    onClick={() => props.onChange(withoutPoint(props.points, index))}
                  >
                    ×
                  </button>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
      <button
        type="button"
        class="quiet"
        disabled={props.points.length >= POINTS_MAX}
        onClick={() => props.onChange(withPointAfter(props.points, props.points.length - 1))}
      >
        + Add a point
      </button>
      <Show when={props.points.length >= POINTS_MAX}>
        <small class="muted"> {POINTS_MAX} are the most; more belong into the script.</small>
      </Show>
    </div>
  )
}
