/**
 * THE table of what other systems are told about a run: one row makes the Prometheus name, the OpenTelemetry name and the line in
 * docs/guide/outputs.md. Rows are added, never renamed: people draw them.
 */
export interface Metric {
  /** As OpenTelemetry writes it; see `prometheusName`. */
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly unit: '' | 's' | 'By'
  /** No full stop. */
  readonly help: string
  /** Beside `run`. `tag_…` stands for the tags of a series. */
  readonly labels: readonly string[]
}

const SERIES = ['kind', 'method', 'name', 'tag_…']
const row = (
  type: Metric['type'],
  name: string,
  unit: Metric['unit'],
  help: string,
  labels: readonly string[] = [],
): Metric => ({ name: `onrush.${name}`, type, unit, help, labels })

export const METRICS = {
  requests: row('counter', 'requests', '', 'Requests that ended', SERIES),
  failures: row('counter', 'failures', '', 'Requests that failed', SERIES),
  wireRequests: row(
    'counter',
    'wire_requests',
    '',
    'Requests that went over the wire, redirects too',
    SERIES,
  ),
  received: row('counter', 'received', 'By', 'Bytes of responses', SERIES),
  sent: row('counter', 'sent', 'By', 'Bytes of requests', SERIES),
  statuses: row('counter', 'responses', '', 'Responses by status; 0 is none', [
    ...SERIES,
    'status',
  ]),
  response: row('histogram', 'response', 's', 'Time from when a request was due', SERIES),
  latency: row('histogram', 'latency', 's', 'Time from when a request was sent', SERIES),
  phases: row('counter', 'phase', 's', 'Where the time of requests went', [...SERIES, 'phase']),
  errors: row('counter', 'errors', '', 'Failures by their kind', ['error']),
  checks: row('counter', 'checks', '', 'Checks that passed or failed', ['check', 'outcome']),
  users: row('gauge', 'users', '', 'Users that exist'),
  usersStarted: row('counter', 'users_started', '', 'Users that began'),
  usersStopped: row('counter', 'users_stopped', '', 'Users that ended'),
  usersFailed: row('counter', 'users_failed', '', 'Users that could not begin'),
  arrivalsDue: row('counter', 'arrivals_due', '', 'Arrivals the plan asked for'),
  arrivalsStarted: row('counter', 'arrivals_started', '', 'Arrivals a user was there for'),
  arrivalsDropped: row('counter', 'arrivals_dropped', '', 'Arrivals no user was left for'),
  inFlight: row('gauge', 'requests_in_flight', '', 'Requests sent and not answered'),
  cpu: row('gauge', 'worker_cpu_cores', '', 'Cores that a worker keeps busy', ['worker']),
  loopDelay: row(
    'gauge',
    'worker_loop_delay',
    's',
    'Delay of a worker by itself, p99 of a second',
    ['worker'],
  ),
  memory: row('gauge', 'worker_memory', 'By', 'Memory of a worker', ['worker']),
  sockets: row('gauge', 'worker_sockets', '', 'Open connections of a worker', ['worker']),
  threshold: row('gauge', 'threshold_passed', '', '1 while a rule holds, 0 when it does not', [
    'rule',
  ]),
  monitored: row('gauge', 'monitored', '', 'What was watched of the target', ['figure', 'unit']),
  customCount: row('counter', 'custom_values', '', 'How often a custom metric was told', [
    'metric',
    'type',
  ]),
  customSum: row('gauge', 'custom_sum', '', 'Sum of the values of a custom metric', [
    'metric',
    'type',
  ]),
  customLast: row('gauge', 'custom_last', '', 'Latest value of a custom gauge', ['metric']),
  run: row('gauge', 'run_info', '', 'Always 1; says what this is', ['plan', 'script']),
} as const satisfies Readonly<Record<string, Metric>>

const SUFFIX = { '': '', s: '_seconds', By: '_bytes' } as const

/** `onrush.phase` in seconds is `onrush_phase_seconds_total`: what Prometheus itself makes of the OpenTelemetry name. */
export function prometheusName({ name, unit, type }: Metric): string {
  const total = type === 'counter' ? '_total' : ''
  return `${name.replaceAll('.', '_')}${SUFFIX[unit]}${total}`
}
