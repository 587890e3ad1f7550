/**
 * The catalogue of everything that can go wrong and be said in a sentence: stable codes, exit codes, and the long
 * text behind `onrush explain CODE`, which works offline. A `Problem` is data about one mistake in what somebody
 * gave us; `OnrushError` carries one or more of them to the place that prints. Failures of single requests are not
 * here: they are data of a run (`FAILURE_KINDS`). Nothing in this file is used on a hot path.
 */
import type { Problem } from '../contracts/problem.ts'

export interface CatalogueEntry {
  /** One line, no full stop. */
  readonly title: string
  /** A paragraph or two for somebody who has never seen the message. */
  readonly explanation: string
  /** Exit code of the process when this ends it; see `EXIT`. */
  readonly exitCode: number
}

/** Exit codes of the command line, fixed for ever. */
export const EXIT = {
  passed: 0,
  failed: 1,
  usage: 2,
  script: 3,
  target: 4,
  generator: 5,
  bug: 6,
  interrupted: 130,
  terminated: 143,
} as const

// So marked, bundles of those who only name a function beside a problem leave the whole catalogue out.
/* @__NO_SIDE_EFFECTS__ */
const usage = (title: string, explanation: string): CatalogueEntry => ({
  title,
  explanation,
  exitCode: EXIT.usage,
})
/* @__NO_SIDE_EFFECTS__ */
const script = (title: string, explanation: string): CatalogueEntry => ({
  title,
  explanation,
  exitCode: EXIT.script,
})
/* @__NO_SIDE_EFFECTS__ */
const target = (title: string, explanation: string): CatalogueEntry => ({
  title,
  explanation,
  exitCode: EXIT.target,
})
/* @__NO_SIDE_EFFECTS__ */
const bug = (title: string, explanation: string): CatalogueEntry => ({
  title,
  explanation,
  exitCode: EXIT.bug,
})

/** Code → entry. Codes are never renamed and never change their meaning. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = {
  E_USAGE: usage(
    'the command line was not understood',
    'An option or command is unknown, lacks its value, or has a value that cannot be read. `onrush --help` lists all of them, `onrush run --help` those of a run. Options may also be set as ONRUSH_… in the environment or in onrush.config.ts; `--explain-config` prints where each value came from.',
  ),
  E_FILE: usage(
    'no such script',
    'The path does not exist, is not readable, or is a folder without load scripts. In a folder, files named *.load.ts (or .mts, .js, .mjs) are taken, at any depth; when there is none, every script directly in it.',
  ),
  E_CONFIG: usage(
    'the configuration file has a mistake',
    'onrush.config.ts (or .mts, .js, .mjs) must `export default` an object whose keys are the long options of `onrush run`, plus `profiles` and `targets`. Values there are the weakest: flags, environment, profile and script win over them.',
  ),
  E_PORT: usage(
    'the port is in use',
    'Another program listens there already, often an earlier copy of the same one. `ss -ltnp` on Linux and `lsof -i :PORT` on macOS name it. Without a port, a free one is taken.',
  ),
  E_TLS_FILES: usage(
    'the page cannot be served over https',
    '`--tls-cert` names a certificate with the chain above it, `--tls-key` its private key, both as text (PEM). For trying it out: `openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 30 -subj /CN=localhost`.',
  ),
  E_UNKNOWN_KEY: usage(
    'a key that does not exist',
    'Unknown keys are refused rather than ignored, because an ignored `treshold` would make a run pass that should fail.',
  ),
  E_DURATION: usage(
    'a duration that cannot be read',
    "Durations are numbers with a unit: '500ms', '90s', '5m', '1h30m'. A bare number on the command line means seconds.",
  ),
  E_REPLAY: usage(
    'the recording cannot be replayed',
    'Arrivals of a file are read as one instant per line: ISO 8601 times, seconds or milliseconds since 1970, access logs of nginx and Apache, or JSON lines with `time`, `timestamp`, `ts` or `@timestamp`. They are replayed in order of time, from the first one on.',
  ),
  E_RATE: usage(
    'a rate that cannot be read',
    "Rates are a number of arrivals per time: '50/s', '30/min', '1000/h', '0.5/s'.",
  ),
  E_STEER: usage(
    'a running load cannot be changed like that',
    'A change names one scenario of the run and what it can have: users of a closed load, arrivals of an open one, as a number, a rate, or a load over time. A scenario that is over, or that works a fixed number of iterations, takes none. The run goes on as it was.',
  ),
  E_SHAPE: usage(
    'a load shape that cannot be read',
    "A load shape is a list of phases with commas between them: '0 → 120/s over 30s, hold 90s, spike to 400/s for 10s'. A phase is 'A → B over TIME' (or '->', 'to'), 'hold TIME', 'A for TIME', 'jump to A', 'spike to A for TIME', 'nothing for TIME', 'stairs A by B × N every TIME with ramps TIME', 'sine A to B every TIME for TIME' or 'smooth peak A over TIME'. Levels are rates ('50/s') in `arrivals` and whole numbers in `users`. The number after the colon says at which character the mistake is.",
  ),
  E_THRESHOLD: usage(
    'a threshold that cannot be read',
    "Thresholds look like 'p95(http) < 300ms', 'errors < 1%', 'errors(POST /cart) < 1%', 'rate(http) > 500/s', \"checks('logged in') > 99%\", each optionally followed by 'over 10s', 'noData passes', 'abort after 30s'. All of it: docs/guide/thresholds.md.",
  ),
  E_WATCH: usage(
    'a source that cannot be watched',
    'The target is watched with `--watch SOURCE`, or `watch: [SOURCE, …]` in the plan or in onrush.config.ts: `pid:1234` (a process and its children), `host` (this machine), `http://localhost:9100/metrics` (Prometheus or OpenMetrics; `#name1,name2` after it chooses series), `redis://localhost:6379`, `postgres://localhost/shop` (needs the package `pg`: `npm install pg`), `docker:web` (a container), or `cmd:./numbers.sh` (a command that prints lines of a name and a number). `cache=redis://…` gives a source a name of its own. `--no-watch` turns all of it off. See docs/guide/monitors.md.',
  ),
  E_PLAN: usage(
    'the plan has a mistake',
    'A plan names scenarios; each has a user class and a load: `users: 100` with an optional `spawnRate`, or `arrivals: "50/s"` with `usersMax`, and `for: "5m"`; or a load over time, such as `arrivals: "0 → 50/s over 30s, hold 5m"`, which says itself how long. `onrush plan FILE` shows what a plan would do without sending anything.',
  ),
  E_PARAM: usage(
    'a parameter of the script is wrong',
    'A script declares what it can be told with `defineParams({ items: 10, region: ["eu", "us"] })`. Values come from `--param items=20`, from ONRUSH_PARAM_ITEMS in the environment, from `param: { items: 20 }` in onrush.config.ts, or from the fields of the page. This one is unknown, is missing, has a value that does not fit, or its declaration cannot be read. `onrush plan FILE` shows the values a run would have; docs/guide/params.md has all forms.',
  ),
  E_NO_LOAD: usage(
    'nothing says how much load to make',
    'The script exports no `plan`, and neither flags, environment nor configuration say how many users or arrivals to run. Give `--users 10` (closed: ten people who each wait for their answers) or `--arrivals 50/s` (open: fifty arrivals a second, whatever the target does), and `--run-time 1m`.',
  ),
  E_NO_USERS: usage(
    'the script exports no user class',
    'A load script exports at least one class which extends HttpUser or User, or a `scenario(…)`. Classes marked `static abstract = true` do not count: they are there to be extended.',
  ),
  E_USER_UNKNOWN: usage(
    'the plan asks for a user class that is not there',
    'User classes are found by the name they are exported under, in all given files.',
  ),
  E_USER_TWICE: usage(
    'two exports of one name',
    'Two of the given files export something different under the same name, so that it is not clear which one a plan means. Rename one of them.',
  ),
  E_NO_HOST: usage(
    'no host to send requests to',
    'An HttpUser needs a base URL: `--host http://localhost:3000`, `host` in the plan or in onrush.config.ts, or `static host` in the class. Scripts that write full addresses in each request need none.',
  ),
  E_SCHEME: usage(
    'a host that is not a web address',
    'A host is a full base URL with http:// or https:// in front, optionally with a port and a path: http://localhost:3000.',
  ),
  E_TARGET: usage(
    'load to this host is not allowed yet',
    'Load is a weapon when pointed wrong. Loopback and private addresses are free to use; any other host needs a yes once: type its name when asked, give `--allow-target HOST`, or put `targets: { "shop.example.com": { allow: true } }` into onrush.config.ts. The answer is kept in .onrush/targets.json.',
  ),
  E_CODE: usage('no such code', '`onrush explain` without a code lists all of them.'),
  E_OUTPUT: usage(
    'a result cannot be written where it should go',
    'The path of a report (`--json`, `--junit`, `--markdown`, `--csv`) or of the folder of kept runs (.onrush) is not writable, or an `--output KIND=WHERE` names a kind that does not exist, an address that cannot be read, or a port that is taken. This is checked before any load is sent, so that nothing measured is lost. A system that does not answer later is said once, and the run goes on: docs/guide/outputs.md.',
  ),
  E_HISTORY: usage(
    'the history cannot be used',
    'Kept runs are in .onrush/history.db, a SQLite database. It may be of a newer onrush, of another program, damaged, or not writable. A run goes on without it, says so, and still leaves its result.json. Moved away, it is made anew with the next run.',
  ),
  E_RUN: usage(
    'no such kept run',
    '`onrush runs` lists what is kept in this folder. A run is named by its id, by any part of it that no other run has, such as its last four characters, or as `last`.',
  ),
  E_RUN_FILE: usage(
    'a run cannot be read from this file',
    '`onrush runs import` reads what `onrush runs export` wrote, result logs of JMeter (JTL), points and summaries of k6, and the CSV files of Locust; nothing of a file is kept when any of it is missing or damaged.',
  ),
  E_NATIVE: usage(
    'the script uses a native add-on',
    'Scripts are bundled into one file that is sent to every worker, which compiled add-ons (.node files) cannot be part of. Use a package written in JavaScript or WebAssembly.',
  ),
  E_IMPORT: usage(
    'an import that cannot be found',
    'The script, or a package it uses, imports something that is not installed or not at that path. Packages are looked up from the folder of the file which imports them; paths of tsconfig.json are honoured.',
  ),
  E_SYNTAX: usage(
    'the script cannot be compiled',
    'The TypeScript or JavaScript could not be read at the marked place.',
  ),
  E_TYPES: usage(
    'the script has type errors',
    '`onrush check` runs the TypeScript compiler that is installed beside the script. Runs do not check types: they would start later, and your editor has told you already.',
  ),
  E_SCRIPT: script(
    'the script threw while loading',
    'An exception left the top level of the script, before any load was sent. The frame shows the line. An exception inside a task does not end a run: it is counted and shown in the results.',
  ),
  E_SETUP_VALUE: script(
    'setup returned something that cannot be sent',
    'What `setup` returns is given to every worker, which are other processes, perhaps on other machines. Functions, class instances with methods, sockets and promises cannot travel; plain data can. Return an id or a token, and make the rest in `onStart`.',
  ),
  E_DATA: usage(
    'a data file cannot be read',
    'A file that a feeder names is missing, empty, or has rows that do not fit: another number of fields than the header, a quote that never ends, text that is not the number its column should hold, a line that is not JSON. Paths count from the folder of the script file that makes the feeder, and the file must be there on every machine that runs a worker. `onrush check FILE` reads every row and names the lines.',
  ),
  E_FEEDER: usage(
    'a feeder was asked for something it cannot do',
    'The options of feeder.csv, feeder.json, feeder.jsonl, feeder.sql or feeder.from do not go together: an unknown pick, an end for rows that have none (random and zipf go on for ever), an exponent without zipf, a header or types that do not match the columns, a query without ORDER BY. docs/guide/data.md lists what each pick does.',
  ),
  E_SQL: usage(
    'rows of a database cannot be read',
    'A query of feeder.sql failed: the database cannot be reached, refuses the login, or does not understand the query; or the package that speaks to it is not installed (PostgreSQL: `npm install pg`; SQLite needs none). Every worker asks for itself before the load begins. Passwords are never printed; give the address as `secret("DATABASE_URL")`.',
  ),
  E_FAKE: usage(
    'fake data cannot be made',
    'Names, addresses and texts of `this.fake` are made by @faker-js/faker. It is not installed with onrush: `npm install @faker-js/faker` beside the script, on every machine that runs a worker. `static locale = "de"` in a user class chooses the language; only that one is loaded.',
  ),
  E_JOIN: usage(
    'the NATS server that connects the machines cannot be used',
    'A run on many machines, and each worker of it, dials a NATS server with JetStream: `--join nats://host:4222`, or `--join local` for a run that starts one itself. It did not answer, refused the credentials or the certificate, keeps no messages (start it with `-js`), or is a version with known security holes that is open to other machines. User and password or a token stand in the address; files are given with --nats-creds, --nats-ca, --nats-cert and --nats-key. The packages that speak to it are installed beside onrush on every machine. See docs/guide/many-machines.md.',
  ),
  E_WORKERS: usage(
    'there are not enough workers',
    'Workers are started on their machines with `onrush worker --join nats://host:4222`, serve one run at a time, and must be of the same version as the run that asks for them. A run waits ten seconds (--join-wait) for the number of --workers; without that number it takes all that are free, and with --on only those that joined with these labels (--label). The message names who is there, who is busy, who is of another version, and which labels there are.',
  ),
  E_CLUSTER: usage(
    'the machines of a cluster cannot be used',
    '`onrush cluster up --ssh box1,box2 --join nats://host:4222` starts workers with the ssh of this system, which must reach each machine without a question: key in the agent or in ~/.ssh/config, host key known. There it runs `npx onrush@VERSION worker`, or what --onrush says, and holds it for as long as the command stands; `onrush cluster down` in the same folder ends it. When one machine cannot be used none is, and each is named with what ssh said last.',
  ),
  E_REFUSED: target(
    'nothing is listening there',
    'The host answered, but no program accepts connections on that port. Is the server running, and on this port? Inside a container, localhost is the container itself.',
  ),
  E_DNS: target(
    'the host name does not resolve',
    'The resolver knows no address for the name. Check the spelling, the VPN, and /etc/hosts.',
  ),
  E_TLS: target(
    'the TLS handshake failed',
    'The server’s certificate was not accepted, or both sides share no TLS version. Certificates are verified by default. Trust your own CA with `NODE_EXTRA_CA_CERTS=ca.pem`, or set `http = { insecure: true }` in the user class, for development only.',
  ),
  E_TIMEOUT: target(
    'the target did not answer in time',
    'No connection, or no response to one plain request, within the time of the preflight. A firewall that drops packets looks like this, and so does a server that is down behind a load balancer.',
  ),
  E_HTTP: target(
    'what listens there does not speak HTTP',
    'A connection was accepted, but the answer was not HTTP: it was closed, or the port speaks TLS and the host begins with http://, or the other way round.',
  ),
  E_FDS: usage(
    'too few file descriptors',
    'Every open connection needs a file descriptor, and the limit of this process is lower than what the plan needs. Raise it in the shell before starting: `ulimit -n 65536`. Where the hard limit is lower, an administrator raises it in /etc/security/limits.conf or with `docker run --ulimit nofile=65536`.',
  ),
  E_BUG: bug(
    'this is a bug in onrush',
    'Something happened that onrush holds to be impossible. What was measured so far is in .onrush/runs. Please report it with the lines printed above.',
  ),
}

/** One mistake. `path` says where, `fix` is an instruction somebody can follow. Throws on an unknown code. */
export function problem(
  code: string,
  path: string,
  what: string,
  why: string,
  fix: string,
): Problem {
  if (catalogue[code] === undefined) throw new Error(`no such code in the catalogue: ${code}`)
  return { code, path, what, why, fix }
}

/** Carries problems, all at once, to whoever prints them. The first one decides the exit code. */
export class OnrushError extends Error {
  readonly problems: readonly Problem[]
  readonly exitCode: number
  constructor(problems: readonly Problem[], options?: { cause?: unknown }) {
    super(problems.map((each) => `${each.code}: ${each.what}`).join('\n'), options)
    this.name = 'OnrushError'
    this.problems = problems
    this.exitCode = exitCodeOf(problems)
  }
}

/** Exit code of the first problem; `EXIT.bug` for none or an unknown one. */
export function exitCodeOf(problems: readonly Problem[]): number {
  const first = problems[0]
  return (first === undefined ? undefined : catalogue[first.code]?.exitCode) ?? EXIT.bug
}
