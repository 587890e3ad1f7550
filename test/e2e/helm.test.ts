/** The Helm chart as `helm` renders it: nothing is installed, every manifest is read and held to what makes it safe. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'

const CHART = fileURLToPath(new URL('../../deploy/helm/onrush', import.meta.url))
/** Tests say so when they are left out. */
const hasHelm = spawnSync('helm', ['version']).status === 0

interface Manifest {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> }
  readonly stringData?: Record<string, string>
  readonly data?: Record<string, string>
  // biome-ignore lint/suspicious/noExplicitAny: manifests differ by kind; each test knows which it looks at.
  readonly spec: any
}

function helm(command: string, ...settings: readonly string[]): { code: number; said: string } {
  const args =
    command === 'lint'
      ? ['lint', '--strict', CHART]
      : ['template', 'onrush', CHART, '--kube-version', '1.29.0']
  const values = settings.flatMap((each) => ['--set-json', each])
  const { status, stdout, stderr } = spawnSync('helm', [...args, ...values], { encoding: 'utf8' })
  return { code: status ?? -1, said: stdout + stderr }
}

/** What is installed with these `name=json`. */
function rendered(...settings: readonly string[]): Manifest[] {
  const { code, said } = helm('template', ...settings)
  expect(code, said).toBe(0)
  return parseAllDocuments(said)
    .map((document) => {
      expect(document.errors).toEqual([])
      return document.toJS() as Manifest | null
    })
    .filter((each) => each !== null)
}

const SCRIPT = `run.script=${JSON.stringify('export class A {}\n// \'quoted\' "twice"\n')}`

describe.skipIf(!hasHelm)('the Helm chart', () => {
  const find = (all: readonly Manifest[], kind: string, name: string): Manifest =>
    all.find((each) => each.kind === kind && each.metadata.name === name)!
  const pods = (all: readonly Manifest[]) =>
    all.filter((each) => each.spec?.template !== undefined).map((each) => each.spec.template)
  /** Does the selector of a service, a policy or a budget mean this pod? */
  const means = (selector: Record<string, string>, labels: Record<string, string>): boolean =>
    Object.entries(selector).every(([key, value]) => labels[key] === value)

  test('lint has nothing to say', () => {
    for (const settings of [[], [SCRIPT], ['nats={"enabled":false,"url":"nats://mine:4222"}']]) {
      const { code, said } = helm('lint', ...settings)
      expect(code, said).toBe(0)
    }
  })

  test('nobody is root, writes to an image, holds a token of the cluster, or gets more than asked for', () => {
    const all = pods(rendered(SCRIPT))
    expect(all).toHaveLength(3)
    for (const { spec } of all) {
      expect(spec.automountServiceAccountToken).toBe(false)
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      const [container] = spec.containers
      expect(container.resources.requests).toEqual(container.resources.limits)
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
    }
  })

  test('workers are an indexed job that is not evicted, and that nobody dials', () => {
    const all = rendered('workers.count=7', 'workers.labels={"region":"eu"}')
    const { spec } = find(all, 'Job', 'onrush-workers')
    expect(spec).toMatchObject({ completionMode: 'Indexed', completions: 7, parallelism: 7 })
    const { labels } = spec.template.metadata
    const budget = find(all, 'PodDisruptionBudget', 'onrush-workers').spec
    expect(budget.maxUnavailable).toBe(0)
    expect(means(budget.selector.matchLabels, labels)).toBe(true)
    const policy = find(all, 'NetworkPolicy', 'onrush-workers').spec
    expect(means(policy.podSelector.matchLabels, labels)).toBe(true)
    expect(policy).toMatchObject({ policyTypes: ['Ingress'] })
    expect(policy.ingress).toBe(undefined)
    expect(spec.template.spec.containers[0].args).toEqual(['worker', '--label', 'region=eu'])
  })

  test('the server is reached at its address by workers and runs, and selected by its service', () => {
    const all = rendered(SCRIPT, 'nats.password="sesame"')
    const { url, 'nats.conf': config } = find(all, 'Secret', 'onrush-nats').stringData!
    expect(url).toBe('nats://onrush:sesame@onrush-nats:4222')
    expect(config).toContain('password: "sesame"')
    expect(config).toContain('max_file_store: 4GB')
    const server = find(all, 'StatefulSet', 'onrush-nats').spec.template.metadata.labels
    expect(means(find(all, 'Service', 'onrush-nats').spec.selector, server)).toBe(true)
    const { ingress, podSelector } = find(all, 'NetworkPolicy', 'onrush-nats').spec
    expect(means(podSelector.matchLabels, server)).toBe(true)
    for (const kind of ['onrush-workers', 'onrush-run-1']) {
      const { metadata, spec } = find(all, 'Job', kind).spec.template
      expect(means(ingress[0].from[0].podSelector.matchLabels, metadata.labels)).toBe(true)
      expect(spec.containers[0].env[0].valueFrom.secretKeyRef).toEqual({
        name: 'onrush-nats',
        key: 'url',
      })
      expect(means(podSelector.matchLabels, metadata.labels)).toBe(false)
    }
  })

  test('a password is made up, and is another one each time', () => {
    const passwords = [rendered(), rendered()].map(
      (all) => find(all, 'Secret', 'onrush-nats').stringData!['password'],
    )
    for (const each of passwords) expect(each).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(passwords[0]).not.toBe(passwords[1])
  })

  test('a run: its script as it was written, as many workers as there are, never repeated', () => {
    const all = rendered(SCRIPT, 'run.args=["-u",1000000,"-r",0.5,"--host","http://shop"]')
    expect(find(all, 'ConfigMap', 'onrush-run-1').data!['script.ts']).toBe(
      'export class A {}\n// \'quoted\' "twice"\n',
    )
    const { spec } = find(all, 'Job', 'onrush-run-1')
    expect(spec.backoffLimit).toBe(0)
    const { args } = spec.template.spec.containers[0]
    expect(args.join(' ')).toBe(
      'run /scripts/script.ts --headless --workers 4 --join-wait 2m --json - -u 1000000 -r 0.5 --host http://shop',
    )
    expect(rendered().some((each) => each.metadata.name.includes('run'))).toBe(false)
  })

  test("somebody else's server: by address or by secret, and then none of our own", () => {
    const byUrl = rendered('nats={"enabled":false,"url":"tls://me:pw@nats.example.com"}')
    expect(find(byUrl, 'Secret', 'onrush-nats').stringData).toEqual({
      url: 'tls://me:pw@nats.example.com',
    })
    const bySecret = rendered('nats={"enabled":false,"existingSecret":"ours"}')
    for (const all of [byUrl, bySecret])
      expect(all.map(({ kind }) => kind)).not.toContain('StatefulSet')
    const { env } = find(bySecret, 'Job', 'onrush-workers').spec.template.spec.containers[0]
    expect(env[0].valueFrom.secretKeyRef.name).toBe('ours')
    expect(helm('template', 'nats.enabled=false').said).toMatch(/says where the NATS server is/)
  })

  test('an image is named by its digest, else by the version', () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const imageOf = (...settings: readonly string[]) =>
      pods(rendered('image.repository="hub/onrush"', ...settings)).at(-1).spec.containers[0].image
    expect(imageOf()).toBe('hub/onrush:0.1.0')
    expect(imageOf(`image.digest="${digest}"`)).toBe(`hub/onrush@${digest}`)
  })
})
