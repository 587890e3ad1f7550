/**
 * THE table of run settings: one row makes the command-line option, the ONRUSH_… variable, the key in
 * onrush.config.ts and the line in --explain-config. Values stay as people write them ('10m', '50/s'); the plan
 * parser turns them into numbers. Adding a setting is adding a row.
 */
/** `sources`: a list, or false for none at all. `params`: pairs, of which each may come from elsewhere. */
export type SettingKind = 'text' | 'list' | 'switch' | 'pairs' | 'sources' | 'params'

export interface Setting {
  /** Name in code and in onrush.config.ts. */
  readonly key: string
  /** For commander, such as `-u, --users <n>`. */
  readonly option: string
  readonly kind: SettingKind
  readonly help: string
}

const row = (key: string, option: string, kind: SettingKind, help: string): Setting => ({
  key,
  option,
  kind,
  help,
})

export const SETTINGS: readonly Setting[] = [
  row(
    'users',
    '-u, --users <n>',
    'text',
    'simulated people at the same time, or a shape: "0 → 100 over 1m, hold 5m"',
  ),
  row('spawnRate', '-r, --spawn-rate <perSec>', 'text', 'how many of them start per second'),
  row(
    'arrivals',
    '--arrivals <rate>',
    'text',
    'work that arrives whatever the target does: 50/s, or a shape: "0 → 50/s over 30s, hold 5m"',
  ),
  row('usersMax', '--users-max <n>', 'text', 'with --arrivals: most users at the same time'),
  row('runTime', '-t, --run-time <time>', 'text', 'how long, such as 30s or 10m'),
  row('host', '-H, --host <url>', 'text', 'base URL; wins over the host of the script'),
  row(
    'stopTimeout',
    '--stop-timeout <time>',
    'text',
    'how long iterations may finish after the end',
  ),
  row('tags', '-T, --tags <names...>', 'list', 'only tasks with one of these tags'),
  row('excludeTags', '-E, --exclude-tags <names...>', 'list', 'no tasks with one of these tags'),
  row(
    'threshold',
    '--threshold <rule>',
    'list',
    'a rule that must hold, such as "p95(http) < 300ms"; repeatable',
  ),
  row(
    'watch',
    '--watch <source>',
    'sources',
    'watch the target: pid:1234, host, http://…/metrics, redis://…, postgres://…, docker:web, cmd:./numbers.sh; repeatable',
  ),
  row('tag', '--tag <k=v>', 'pairs', 'a label kept with the run; repeatable'),
  row(
    'param',
    '--param <name=value>',
    'params',
    'a parameter that the script declares; repeatable',
  ),
  row(
    'samples',
    '--samples <all|heads|none>',
    'text',
    'what is kept of the slowest and the first failed requests (default all)',
  ),
  row('seed', '--seed <n>', 'text', 'makes random choices repeatable'),
  row(
    'workers',
    '--workers <n|auto>',
    'text',
    'processes that make the load (default 1; with --join: all that are free)',
  ),
  row(
    'join',
    '--join <url>',
    'text',
    'a NATS server where workers of other machines have joined; local: one that is started for it',
  ),
  row(
    'on',
    '--on <labels...>',
    'list',
    'with --join: only workers with these labels, such as region=eu,size=big',
  ),
  row('joinWait', '--join-wait <time>', 'text', 'how long workers may still join (default 10s)'),
  row(
    'joinLate',
    '--join-late',
    'switch',
    'with --join: workers that join while the run goes on get a part of it',
  ),
  row('natsCreds', '--nats-creds <file>', 'text', 'with --join: credentials made by nsc'),
  row('natsCa', '--nats-ca <file>', 'text', "with --join: who signed the server's certificate"),
  row('natsCert', '--nats-cert <file>', 'text', 'with --join: our own certificate'),
  row('natsKey', '--nats-key <file>', 'text', 'with --join: the key of --nats-cert'),
  row('json', '--json <file|->', 'text', 'write the result as JSON; - is standard output'),
  row('junit', '--junit <file>', 'text', 'write thresholds and checks as JUnit XML'),
  row('markdown', '--markdown <file>', 'text', 'write a summary as Markdown'),
  row('html', '--html <file>', 'text', 'write a report as one HTML page'),
  row('csv', '--csv <prefix>', 'text', 'write the four CSV files that Locust writes'),
  row(
    'output',
    '--output <kind=where>',
    'list',
    'figures for another system while it runs, such as prometheus=:9464; repeatable',
  ),
  row('store', '--store <url>', 'text', 'keep runs in a PostgreSQL database: postgres://…'),
  row('history', '--no-history', 'switch', 'do not keep this run in the history'),
  row('allowTarget', '--allow-target <host>', 'list', 'allow load to this public host; repeatable'),
  row('preflight', '--no-preflight', 'switch', 'skip the one request per origin before any load'),
  row(
    'strictGenerator',
    '--strict-generator',
    'switch',
    'exit 5 when this machine was the bottleneck',
  ),
  row(
    'baseline',
    '--baseline <run>',
    'text',
    'a kept run to compare with afterwards: id, last, baseline',
  ),
  row(
    'failOnRegression',
    '--fail-on-regression',
    'switch',
    'with --baseline: exit 1 when this run is worse, or not comparable',
  ),
  row('headless', '--headless', 'switch', 'start at once, never ask'),
  row('webPort', '--web-port <n>', 'text', 'where the page is served (default 8089)'),
  row(
    'webHost',
    '--web-host <address>',
    'text',
    'the page for others than this machine, with a token',
  ),
  row('tlsCert', '--tls-cert <file>', 'text', 'with --tls-key: the page over https (PEM)'),
  row('tlsKey', '--tls-key <file>', 'text', 'the key of --tls-cert'),
  row(
    'locustRoutes',
    '--locust-routes',
    'switch',
    "with the page, Locust's own routes such as /stats/requests",
  ),
  row('autostart', '--autostart', 'switch', 'with the page, and start at once'),
  row('autoquit', '--autoquit <time>', 'text', 'with --autostart: end so long after the run'),
  row('quiet', '--quiet', 'switch', 'the summary only'),
  row('color', '--no-color', 'switch', 'no colours'),
  row('profile', '--profile <name>', 'text', 'a set of settings of onrush.config.ts'),
]

/** `spawnRate` → `ONRUSH_SPAWN_RATE`. */
export const variableOf = (key: string): string =>
  `ONRUSH_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

/** `--spawn-rate`, for messages. */
export const flagOf = (setting: Setting): string => /--[\w-]+/.exec(setting.option)![0]
