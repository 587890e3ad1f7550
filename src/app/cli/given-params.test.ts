import { expect, it } from 'vitest'
import type { ParamDefinition } from '../../contracts/params.ts'
import { readDeclaration } from '../../model/params/declare.ts'
import { resolveParams } from '../../model/params/resolve.ts'
import { explainParams, givenParams, withoutSecrets } from './given-params.ts'
import { chooseSettings, type Settings } from './settings.ts'

const settings = chooseSettings({
  flags: { param: ['items=20'] },
  environment: { ONRUSH_PARAM_API_KEY: 's3cret', ONRUSH_PARAM: 'items=1,fast=on' },
  config: {
    path: 'onrush.config.ts',
    values: { param: { items: 2, fast: false, region: 'us' } },
  },
}) as Settings
const declared: readonly (readonly [name: string, declared: unknown])[] = [
  ['items', 10],
  ['apiKey', { secret: true }],
  ['fast', false],
  ['region', ['eu', 'us']],
  ['greeting', 'hello'],
]
const known = declared.map(([name, each]) => readDeclaration(name, each) as ParamDefinition)

it('each parameter comes from the strongest place that names it', () => {
  expect(givenParams(settings).map(({ name, value, place }) => [name, value, place])).toEqual([
    ['items', '20', '--param items'],
    ['apiKey', 's3cret', 'ONRUSH_PARAM_API_KEY'],
    ['fast', 'on', 'ONRUSH_PARAM fast'],
    ['region', 'us', 'onrush.config.ts param region'],
  ])
})
it('they are explained with their values, but for secrets', () => {
  const lines = explainParams(settings, resolveParams(known, givenParams(settings)))
  expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual([
    'param.items 20 --param items',
    'param.apiKey "•••" ONRUSH_PARAM_API_KEY',
    'param.fast true ONRUSH_PARAM fast',
    'param.region "us" onrush.config.ts param region',
    'param.greeting "hello" default',
  ])
})
it('without the script nobody knows what is secret, and no value is shown', () => {
  expect(explainParams(settings, undefined).join()).not.toMatch(/s3cret|20/)
})
it('settings for reports hide secrets only', () => {
  expect(withoutSecrets(settings, known).pairs('param')).toEqual({
    items: '20',
    apiKey: '•••',
    fast: 'on',
    region: 'us',
  })
})
