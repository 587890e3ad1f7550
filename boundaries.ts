/**
 * THE table: which room may import which, one reason each. A change here is an architecture change; say why
 * in the commit. Checked by `test/unit/boundaries.test.ts`, which explains what it refuses.
 *
 * A room is the longest matching path below `src/`; a trailing `*` stands for one folder name. A room may always
 * import itself, unless it is a `*` room: there, neighbours never see each other. `packages` lists the third-party
 * and `node:` modules it may use; `pure` forbids clocks, randomness and every `node:` module.
 */
export interface Room {
  readonly may: readonly string[]
  readonly packages?: readonly string[]
  readonly pure?: true
  readonly why: string
}

export const rooms: Readonly<Record<string, Room>> = {
  contracts: {
    may: [],
    pure: true,
    why: 'the narrow waist: types and closed lists, nothing that runs',
  },
  kernel: {
    may: ['contracts'],
    packages: [],
    why: 'would be in a standard library; kernel/clock.ts alone reads time',
  },
  model: {
    may: ['contracts', 'kernel'],
    pure: true,
    why: 'arithmetic about load and time, testable without either',
  },
  'load/user': {
    may: ['contracts', 'kernel', 'model'],
    packages: ['@faker-js/faker'],
    why: 'what scripts extend; of faker only its types',
  },
  'load/data': {
    may: ['contracts', 'kernel', 'model', 'load/user'],
    packages: [
      'node:fs',
      'node:path',
      'node:url',
      'node:buffer',
      'node:os',
      'node:module',
      'node:timers',
      'libsql',
    ],
    why: 'rows for users: reads files and databases before the run, knows whose row is whose, and no protocol',
  },
  'load/http': {
    may: ['contracts', 'kernel', 'model/metrics'],
    packages: [
      'node:net',
      'node:tls',
      'node:http2',
      'node:dns',
      'node:zlib',
      'node:crypto',
      'node:stream',
      'node:fs',
      'node:buffer',
      'node:module',
      'node:process',
      'tough-cookie',
      'fzstd',
      'parse5',
      'parse5-htmlparser2-tree-adapter',
      'css-select',
      'fontoxpath',
    ],
    why: 'knows requests and sockets; no plan, no user, no run',
  },
  'load/engine': {
    may: ['contracts', 'kernel', 'model'],
    packages: [],
    why: 'drives schedules; knows users only by contract',
  },
  'load/script': {
    may: ['contracts', 'kernel'],
    packages: [
      'esbuild',
      'node:fs',
      'node:path',
      'node:url',
      'node:crypto',
      'node:os',
      'node:module',
    ],
    why: 'from a file on disk to user classes in memory',
  },
  'run/wire': {
    may: ['contracts', 'kernel'],
    packages: [],
    why: 'one protocol for every transport',
  },
  'run/worker': {
    may: ['contracts', 'kernel', 'model', 'load', 'run/wire'],
    packages: ['node:perf_hooks', 'node:process', 'node:os', 'node:fs'],
    why: 'makes load when told',
  },
  'run/coordinator': {
    may: ['contracts', 'kernel', 'model', 'run/wire'],
    packages: [],
    why: 'decides; never makes load',
  },
  'run/outbound': {
    may: ['contracts', 'kernel'],
    packages: ['node:http', 'node:https', 'node:dgram', 'node:net', 'node:fs'],
    why: 'brings what outputs say to other systems and files, bounded and never in the way of the run; reads none of it',
  },
  'run/web': {
    may: ['contracts', 'kernel', 'model', 'run/coordinator'],
    packages: [
      'node:http',
      'node:https',
      'node:net',
      'node:fs',
      'node:os',
      'node:path',
      'node:stream',
      'node:crypto',
      'node:url',
      'node:buffer',
    ],
    why: 'the API and the page over runs and the store; computes no statistics',
  },
  'plugins/protocols/*': { may: ['contracts', 'kernel', 'load/user'], why: 'a leaf' },
  'plugins/protocols/http': {
    may: ['contracts', 'kernel', 'load/user', 'load/http'],
    why: 'HttpUser; its engine room is load/http',
  },
  'plugins/protocols/websocket': {
    may: ['contracts', 'kernel', 'load/user', 'load/http'],
    packages: ['node:buffer', 'node:crypto'],
    why: 'WebSocketUser; its opening handshake is an HTTP request of load/http',
  },
  'plugins/transports/*': {
    may: ['contracts', 'kernel', 'run/wire'],
    packages: ['node:child_process', 'node:url', 'node:path'],
    why: 'carries messages, does not read them',
  },
  'plugins/transports/nats': {
    may: ['contracts', 'kernel', 'run/wire'],
    packages: [
      'node:crypto',
      'node:fs',
      'node:net',
      'node:v8',
      '@nats-io/transport-node',
      '@nats-io/jetstream',
      '@nats-io/obj',
    ],
    why: 'carries messages between machines; nothing else knows NATS',
  },
  'plugins/outputs/*': {
    may: ['contracts', 'kernel', 'model/metrics', 'model/report', 'model/export', 'run/outbound'],
    packages: ['node:fs', 'node:path', 'node:http', 'node:net', 'node:zlib'],
    why: 'one output never needs another; what several say is in model/report and model/export, how it gets there in run/outbound',
  },
  'plugins/outputs/html': {
    may: ['contracts', 'kernel', 'model'],
    packages: ['node:fs', 'node:crypto', 'node:zlib'],
    why: 'shows a whole run, so it needs the timeline that the page has too',
  },
  'plugins/stores/*': {
    may: ['contracts', 'kernel', 'model/metrics', 'model/report'],
    packages: ['libsql', 'node:fs', 'node:buffer', 'node:zlib'],
    why: 'keeps runs; what it is asked to keep it does not judge',
  },
  'plugins/monitors/*': {
    may: ['contracts', 'kernel'],
    packages: ['node:fs', 'node:net', 'node:tls', 'node:http', 'node:https', 'node:child_process'],
    why: 'reads one kind of source; knows no run, and no clock but the one it is given',
  },
  'plugins/importers/*': {
    may: ['contracts', 'kernel'],
    packages: ['saxes', 'node:buffer'],
    why: 'understands the results of one other tool; where the file is and what becomes of it is not its business',
  },
  'plugins/insights/*': {
    may: ['contracts', 'kernel', 'model/metrics', 'model/insight', 'model/stats'],
    pure: true,
    why: 'same run, same findings; one insight never needs another, what several look at is in model/insight',
  },
  app: {
    may: ['contracts', 'kernel', 'model', 'load', 'run', 'plugins'],
    packages: ['*'],
    why: 'composition: the only place that knows everything',
  },
}
