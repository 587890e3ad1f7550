/**
 * The API described for programs (OpenAPI 3.1), at `/api/v1/openapi.json`: every route of `api.ts` with what it takes and gives. What a run
 * is in JSON is described by the schema that ships with the package (`schema/onrush.result.1.json`); here it is named.
 */
import type { Route } from './http-server.ts'

interface Operation {
  readonly summary: string
  readonly query?: Readonly<Record<string, { readonly type: string; readonly description: string }>>
  readonly body?: object
  /** Of the body; JSON when absent. */
  readonly takes?: string
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
  'GET /api/v1/glances': {
    summary: 'Of kept runs what a list shows beside their figures: load, branch, p95 over the run.',
    query: { id: { type: 'string', description: 'repeatable, at most 100' } },
    answers: { '200': '{ glances: [{ id, host, branch, isDirty, load, p95Ms, stretchMs }] }' },
  },
  'GET /api/v1/compare': {
    summary: 'Kept runs, each against one: the same figures and words as `onrush compare`.',
    query: {
      base: { type: 'string', description: 'what the others are held against' },
      run: { type: 'string', description: 'repeatable, at most 5' },
      anyway: { type: 'string', description: '1: figures also of what is not comparable' },
    },
    answers: {
      '200': '{ comparisons: [{ comparison: onrush.compare/1, markdown }] }',
      '400': 'no runs',
      '404': 'nothing is kept',
      '422': PROBLEMS,
    },
  },
  'GET /api/v1/trend': {
    summary: 'How the runs of one name went, and when they changed for good.',
    query: {
      name: { type: 'string', description: 'that of the runs' },
      limit: { type: 'integer', description: 'the newest; 50 when not given, at most 200' },
    },
    answers: { '200': 'onrush.trend/1', '400': 'no name', '404': 'nothing is kept' },
  },
  'POST /api/v1/import': {
    summary: 'Keeps the run that is in a file, as `onrush runs import` does.',
    query: {
      name: { type: 'string', description: 'of the file; results of others are called so' },
    },
    body: { ...text, format: 'binary' },
    takes: 'application/octet-stream',
    answers: { '201': '{ id }', '400': 'too long', '422': PROBLEMS },
  },
  'POST /api/v1/runs/:id/baseline': {
    summary: 'Marks a run as what others are compared with, or no longer.',
    body: {
      type: 'object',
      required: ['isBaseline'],
      properties: { isBaseline: { type: 'boolean' } },
    },
    answers: { '200': 'done', '400': 'neither true nor false', '404': 'there is no such run' },
  },
  'DELETE /api/v1/runs/:id': {
    summary: 'Deletes a kept run and its folder; no baseline, and nothing that goes on.',
    answers: { '200': 'done', '404': 'there is no such run', '422': PROBLEMS },
  },
  'GET /api/v1/runs/:id/file': {
    summary: 'The whole run as one file, as `onrush runs export` writes it.',
    answers: { '200': 'application/gzip', '404': 'there is no such run' },
  },
  'GET /api/v1/runs/:id': {
    summary: 'One run, live or kept: its result so far, and the run over time.',
    answers: { '200': 'onrush.view/1', '404': 'there is no such run' },
  },
  'GET /api/v1/runs/:id/series': {
    summary: 'One series of a kept run over time, in at most 300 points.',
    query: {
      kind: { type: 'string', description: 'such as http' },
      method: { type: 'string', description: 'such as GET' },
      name: { type: 'string', description: 'as in the result' },
      tags: { type: 'string', description: 'JSON object, when it has tags' },
    },
    answers: {
      '200': '{ points: [ViewPoint] }',
      '400': 'tags are no JSON object of text',
      '404': 'there is no such run or series',
    },
  },
  'GET /api/v1/runs/:id/report/:kind': {
    summary:
      'A kept run as a file: html, json, junit, markdown, or the CSV files of Locust: csv, csv-history, csv-failures, csv-exceptions.',
    answers: { '200': 'the file', '404': 'there is no such run, or kind of report' },
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
  'GET /api/v1/runs/:id/samples': {
    summary: 'Kept requests, in the order of their sending, without what was sent and received.',
    query: {
      from: { type: 'number', description: 'ended at this or later, ms after the start' },
      to: { type: 'number', description: 'ended before, ms after the start' },
      low: { type: 'number', description: 'response time, ms: this or longer' },
      high: { type: 'number', description: 'response time, ms: less' },
      series: { type: 'string', description: 'a part of method and name' },
      why: { type: 'string', description: 'slow or error' },
    },
    answers: {
      '200': '{ kept, samples: [Exemplar without request and response] }',
      '400': 'a parameter that cannot be read',
      '404': 'there is no such run',
    },
  },
  'GET /api/v1/runs/:id/samples/:sample': {
    summary: 'One kept request, with what was sent and received.',
    answers: { '200': 'an Exemplar', '404': 'there is no such request' },
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
  'GET /api/v1/searches': {
    summary: 'Kept searches for the limit, and spikes; the newest 50.',
    answers: { '200': '{ searches: [SearchRecord] }' },
  },
  'GET /api/v1/searches/:id': {
    summary: 'One of them, whole.',
    answers: { '200': 'onrush.capacity/1 or onrush.spike/1', '404': 'there is no such search' },
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
    info: { title: 'onrush', version, description: 'POST and DELETE need the header x-onrush.' },
    paths,
  }
}

function described(operation: Operation, path: string): object {
  const { summary, query = {}, body, takes = 'application/json', answers } = operation
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
      requestBody: { required: true, content: { [takes]: { schema: body } } },
    }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, description]) => [status, { description }]),
    ),
  }
}
