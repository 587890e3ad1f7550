/** What is under deploy/ is never started by a test: it is read here, and held to what makes it safe and to what onrush really takes. */
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { SETTINGS, variableOf } from '../../src/app/cli/flags.ts'
import { hasKnownHoles } from '../../src/plugins/transports/nats/server-version.ts'

const read = (name: string): string =>
  readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')

interface Container {
  readonly name: string
  readonly image: string
  readonly args: readonly string[]
  readonly env?: readonly { name: string; valueFrom?: { secretKeyRef: { name: string } } }[]
  readonly resources: { requests: object; limits: object }
  readonly securityContext: object
  readonly volumeMounts: readonly { name: string }[]
}
interface PodTemplate {
  readonly metadata: { labels: Record<string, string> }
  readonly spec: {
    containers: readonly Container[]
    volumes?: readonly { name: string; secret?: { secretName: string }; configMap?: object }[]
    securityContext: object
    automountServiceAccountToken: boolean
  }
}
interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { name?: string; generateName?: string }
  readonly stringData?: Record<string, string>
  // biome-ignore lint/suspicious/noExplicitAny: manifests differ by kind; each test knows which it looks at.
  readonly spec?: any
}

const manifests: Manifest[] = ['nats', 'workers', 'run'].flatMap((name) =>
  parseAllDocuments(read(`kubernetes/${name}.yaml`)).map((document) => {
    expect(document.errors).toEqual([])
    return document.toJS() as Manifest
  }),
)
const named = (kind: string, name: string): Manifest =>
  manifests.find(
    (each) => each.kind === kind && (each.metadata.name ?? each.metadata.generateName) === name,
  )!
const pods: PodTemplate[] = manifests.flatMap((each) => each.spec?.template ?? [])
const containers = pods.flatMap((each) => each.spec.containers)

describe('Kubernetes', () => {
  test('every manifest says what it is', () => {
    expect(manifests).toHaveLength(8)
    for (const { apiVersion, kind, metadata } of manifests) {
      expect(apiVersion).toMatch(/^([a-z0-9.]+\/)?v1$/)
      expect(kind).toMatch(/^[A-Z]/)
      expect(metadata.name ?? metadata.generateName).toMatch(/^onrush-/)
    }
  })

  test('nobody is root, writes to an image, or holds a token of the cluster', () => {
    expect(containers).toHaveLength(3)
    for (const { spec } of pods) {
      expect(spec.automountServiceAccountToken).toBe(false)
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
    }
    for (const { securityContext } of containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    }
  })

  test('what a container asks for is what it gets', () => {
    for (const { resources } of containers) expect(resources.requests).toEqual(resources.limits)
  })

  test('every volume that is mounted is there, and every secret', () => {
    for (const { spec } of pods) {
      const volumes = (spec.volumes ?? []).map((each) => each.name)
      const claimed = named('StatefulSet', 'onrush-nats').spec.volumeClaimTemplates.map(
        (each: Manifest) => each.metadata.name,
      )
      for (const { volumeMounts, env = [] } of spec.containers) {
        for (const { name } of volumeMounts) expect([...volumes, ...claimed]).toContain(name)
        for (const { valueFrom } of env) expect(valueFrom?.secretKeyRef.name).toBe('onrush-nats')
      }
      for (const { secret } of spec.volumes ?? []) {
        if (secret !== undefined) expect(secret.secretName).toBe('onrush-nats')
      }
    }
  })

  test('workers are an indexed job of as many as run at once, and not evicted', () => {
    const { spec } = named('Job', 'onrush-workers')
    expect(spec.completionMode).toBe('Indexed')
    expect(spec.completions).toBe(spec.parallelism)
    const { labels } = spec.template.metadata
    expect(labels).toMatchObject(
      named('PodDisruptionBudget', 'onrush-workers').spec.selector.matchLabels,
    )
  })

  test('a run is not repeated, and asks for as many workers as there are', () => {
    const { spec } = named('Job', 'onrush-run-')
    expect(spec.backoffLimit).toBe(0)
    const { args } = spec.template.spec.containers[0] as Container
    const wanted = Number(args[args.indexOf('--workers') + 1])
    expect(wanted).toBe(named('Job', 'onrush-workers').spec.parallelism)
  })

  test('only coordinators and workers may reach the server, at the address they are given', () => {
    const { ingress } = named('NetworkPolicy', 'onrush-nats').spec
    const { matchLabels } = ingress[0].from[0].podSelector
    for (const { metadata } of pods) expect(metadata.labels).toMatchObject(matchLabels)
    const { url, 'nats.conf': config } = named('Secret', 'onrush-nats').stringData!
    const { hostname, port, username, password } = new URL(url!)
    const service = named('Service', hostname)
    expect(service.spec.ports[0].port).toBe(Number(port))
    expect(config).toContain(`user: ${username}`)
    expect(config).toContain(`password: "${password}"`)
  })
})

test('compose: workers and runs are nobody in particular, and dial the server that is there', () => {
  const { services } = parse(read('compose.yaml'), { merge: true }) as {
    services: Record<string, Record<string, unknown>>
  }
  expect(Object.keys(services)).toEqual(['nats', 'worker', 'run'])
  for (const name of ['worker', 'run']) {
    const { environment, ...rest } = services[name]!
    expect(rest).toMatchObject({ read_only: true, cap_drop: ['ALL'], depends_on: ['nats'] })
    const known = SETTINGS.map(({ key }) => variableOf(key))
    const given = environment as Record<string, string>
    for (const variable of Object.keys(given)) expect(known).toContain(variable)
    expect(given['ONRUSH_JOIN']).toMatch(/@nats:4222$/)
  }
})

describe('the Helm chart, without helm', () => {
  const chart = (name: string): string => read(`helm/onrush/${name}`)

  test('its values keep to their own schema, which knows each of them', () => {
    const schema = JSON.parse(chart('values.schema.json')) as { properties: object }
    const values = parse(chart('values.yaml')) as object
    const validate = new Ajv({ allowUnionTypes: true }).compile(schema)
    expect(validate(values), JSON.stringify(validate.errors)).toBe(true)
    expect(Object.keys(schema.properties).sort()).toEqual([...Object.keys(values), 'global'].sort())
  })

  test('values that do not exist, or cannot be, are refused', () => {
    const validate = new Ajv({ allowUnionTypes: true }).compile(
      JSON.parse(chart('values.schema.json')) as object,
    )
    for (const values of [
      { workers: { cuont: 3 } },
      { workers: { count: 'many' } },
      { image: { digest: 'latest' } },
      { nats: { url: 'http://box' } },
      // It stands in an address and in a configuration file as it is.
      { nats: { password: 'p@ss "word"' } },
    ]) {
      expect(validate(values), JSON.stringify(values)).toBe(false)
    }
    expect(validate({ nats: { enabled: false, url: 'tls://me:pw@box' } })).toBe(true)
  })

  test('it is of the version that it installs', () => {
    const { version } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    ) as { version: string }
    expect(parse(chart('Chart.yaml'))).toMatchObject({ version, appVersion: version })
  })

  test('every option it gives exists', () => {
    const given = ['workers', 'run'].flatMap(
      (name) => chart(`templates/${name}.yaml`).match(/(?<=^ +- )--[a-z-]+/gm) ?? [],
    )
    expect(given).toContain('--join-wait')
    const known = [...SETTINGS.map(({ option }) => option), '--label <k=v>'].join()
    for (const flag of given) expect(known).toContain(flag)
  })
})

test('no image holds a NATS server that onrush itself would refuse', () => {
  const all = ['compose.yaml', 'kubernetes/nats.yaml', 'helm/onrush/values.yaml'].map(read).join()
  const versions = [...all.matchAll(/nats:(\d+\.\d+\.\d+)/g)].map(([, version]) => version!)
  expect(versions).toHaveLength(3)
  for (const version of versions) expect(hasKnownHoles(version, 'onrush-nats')).toBe(false)
})

test('every option that is given in deploy/ exists', () => {
  const given = containers
    .filter((each) => each.image === 'onrush')
    .flatMap((each) => each.args.filter((word) => word.startsWith('--')))
  expect(given.length).toBeGreaterThan(3)
  for (const flag of given) expect(SETTINGS.map(({ option }) => option).join()).toContain(flag)
})

test('the image holds the clients that onrush was tested with, and is not run by root', () => {
  const { devDependencies, workspaces } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { devDependencies: Record<string, string>; workspaces: string[] }
  const file = read('Containerfile')
  const clients = Object.entries(devDependencies).filter(([name]) => name.startsWith('@nats-io/'))
  expect(clients).toHaveLength(3)
  for (const [name, version] of clients) expect(file).toContain(`${name}@${version}`)
  const beforeInstall = file.slice(0, file.indexOf('npm ci'))
  for (const each of workspaces)
    expect(beforeInstall).toContain(`COPY ${each}/package.json ${each}/`)
  expect(file.lastIndexOf('USER node')).toBeGreaterThan(file.lastIndexOf('RUN '))
})
