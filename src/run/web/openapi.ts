/**
 * The API described for programs (OpenAPI 3.1), at `/api/v1/openapi.json`: every route of `api.ts` with what it takes and gives. What a run
 * is in JSON is described by the schema that ships with the package (`schema/onrush.result.1.json`); here it is named.
 */
import type { Route } from './http-server.ts'

interface Operation {
  readonly summary: string
  readonly query?: Readonly<Record<string, { readonly type: string; readonly description: string }>>
  readonly body?: object
  /** Status → what comes back. */
  readonly answers: Readonly<Record<string, string>>
}

const text = { type: 'string' }
const count = { type: 'integer', minimum: 0 }
const LOAD_CHANGE = {
  type: 'object',
  properties: {
    scenario: { ...text, description: 'may be left out when the plan has only one' },
    users: { oneOf: [count, text], description: 'a number, or a load over time' },
    spawnRate: { type: 'number', exclusiveMinimum: 0 },
    arrivals: { ...text, description: 'a rate such as 80/s, or a load over time' },
    usersMax: count,
  },
}
const START = {
  type: 'object',
  required: ['model'],
  properties: {
    model: { enum: ['users', 'arrivals', 'script'], description: 'script: as its plan says' },
    users: { oneOf: [count, text] },
    spawnRate: { type: 'number' },
    arrivals: text,
    usersMax: count,
    host: text,
    runTime: text,
    thresholds: { type: 'array', items: text },
    script: { ...text, description: 'one of /api/v1/scripts' },
    stopTimeout: text,
    seed: { oneOf: [count, text] },
    workers: { oneOf: [count, text] },
    tags: { type: 'object', additionalProperties: text },
    params: {
      type: 'object',
      description: 'by name, as the script declares them',
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    },
  },
}
const PROBLEMS = 'what is wrong: { problems: [{ code, path, what, why, fix }] }'
const NOT_RUNNING = 'this run does not go on'
const STEERED = { '200': 'done', '404': NOT_RUNNING, '422': PROBLEMS }

/** By method and path, as in `api.ts`. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  'GET /api/v1/openapi.json': { summary: 'This document.', answers: { '200': 'OpenAPI 3.1' } },
  'GET /api/v1/state': {
    summary: 'What is served: version, script, user classes, and which run goes on.',
    answers: { '200': 'the state' },
  },
  'GET /api/v1/scripts': {
    summary: 'Load scripts in the folder of the page.',
    answers: { '200': '{ scripts: [path] }' },
  },
  'POST /api/v1/check': {
    summary:
      'What would happen if it were started: mistakes, user classes, parameters, load. No load is sent.',
    body: START,
    answers: { '200': '{ problems, facts, load }' },
  },
  'POST /api/v1/reach': {
    summary: 'One plain request to the origin of a host.',
    body: { type: 'object', required: ['host'], properties: { host: text } },
    answers: { '200': '{ problems, tookMs }', '400': 'no host' },
  },
  'POST /api/v1/runs': {
    summary: 'Begins a run. An empty text takes away what the page was opened with.',
    body: START,
    answers: { '201': '{ id }', '409': 'a run goes on already', '422': PROBLEMS },
  },
  'GET /api/v1/runs': {
    summary: 'Kept runs, newest first.',
    query: {
      limit: { type: 'integer', description: '50 when not given, at most 1000' },
      before: { type: 'string', description: 'id of a run: only older ones' },
      name: { type: 'string', description: 'only runs of this name' },
      tag: { type: 'string', description: 'only runs with this tag, key=value' },
    },
    answers: { '200': '{ runs: [RunRecord] }' },
  },
  'GET /api/v1/runs/:id': {
    summary: 'One run, live or kept: its result so far, and the run over time.',
    answers: { '200': 'onrush.view/1', '404': 'there is no such run' },
  },
  'GET /api/v1/runs/:id/range': {
    summary: 'The figures of a part of a kept run, from its histograms.',
    query: {
      from: { type: 'number', description: 'ms after the start' },
      to: { type: 'number', description: 'ms after the start' },
    },
    answers: {
      '200': '{ totals, series, errors, checks }',
      '400': 'no such part',
      '404': 'not kept',
    },
  },
  'GET /api/v1/runs/:id/events': {
    summary: 'A running run as server-sent events; with Last-Event-ID only what is new since then.',
    answers: { '200': 'text/event-stream of onrush.view/1', '404': NOT_RUNNING },
  },
  'POST /api/v1/runs/:id/stop': {
    summary: 'Ends a run gracefully.',
    answers: { '200': 'it ends', '404': NOT_RUNNING },
  },
  'POST /api/v1/runs/:id/pause': { summary: 'Pauses a run; connections stay.', answers: STEERED },
  'POST /api/v1/runs/:id/resume': { summary: 'Goes on after a pause.', answers: STEERED },
  'POST /api/v1/runs/:id/change': {
    summary: 'Changes the load of a scenario from an instant 300 ms ahead, on all workers at once.',
    body: LOAD_CHANGE,
    answers: STEERED,
  },
  'POST /api/v1/runs/:id/notes': {
    summary: 'Writes a note into the run.',
    body: { type: 'object', required: ['text'], properties: { text } },
    answers: STEERED,
  },
}

/** Of these routes; throws for one that is not described, so that none is forgotten. */
export function openApi(
  routes: readonly Pick<Route, 'method' | 'path'>[],
  version: string,
): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const { method, path } of routes) {
    const operation = OPERATIONS[`${method} ${path}`]
    if (operation === undefined) throw new Error(`${method} ${path} is not described`)
    const place = path.replaceAll(/:(\w+)/g, '{$1}')
    paths[place] = { ...paths[place], [method.toLowerCase()]: described(operation, path) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'onrush', version, description: 'POST needs the header x-onrush.' },
    paths,
  }
}

function described({ summary, query = {}, body, answers }: Operation, path: string): object {
  const ids = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: text,
  }))
  const queries = Object.entries(query).map(([name, { type, description }]) => ({
    name,
    in: 'query',
    description,
    schema: { type },
  }))
  return {
    summary,
    parameters: [...ids, ...queries],
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: body } } },
    }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, description]) => [status, { description }]),
    ),
  }
}
