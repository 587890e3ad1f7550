/** The commands about machines reached by SSH, for commander; their code is loaded when one of them runs. */
import { OnrushError, problem } from '../../kernel/errors.ts'
import { SETTINGS } from './flags.ts'
import type { MakeCommand } from './history-commands.ts'
import type { Terminal } from './terminal.ts'

const UP_SETTINGS = ['join', 'color']

export function addClusterCommands(command: MakeCommand, terminal: Terminal): void {
  const load = () => import('./cluster-command.ts')
  const cluster = command('cluster', 'workers on machines reached by SSH', async () => {
    throw new OnrushError([noVerb()])
  })
  const up = command(
    'up',
    'start workers there, and hold them until Ctrl-C or `cluster down`',
    async (_, flags) => (await load()).clusterUp(flags, terminal),
    cluster,
  )
    .option(
      '--ssh <hosts>',
      'as ssh knows them, with commas between: box1,me@box2; repeatable',
      collect,
    )
    .option('--workers <n|auto>', 'worker processes on each of them (default 1)')
    .option('--onrush <command>', 'how onrush is called there, instead of npx')
    .option('--ssh-config <file>', 'for ssh, instead of ~/.ssh/config')
  for (const { key, option, help } of SETTINGS) {
    if (UP_SETTINGS.includes(key)) up.option(option, help)
  }
  command(
    'down',
    'end the workers that `cluster up` holds in this folder',
    async () => (await load()).clusterDown(terminal),
    cluster,
  )
}

const collect = (value: string, before: string[] = []): string[] => [...before, value]

const noVerb = () =>
  problem(
    'E_USAGE',
    'cluster',
    'up or down was not said',
    'a cluster is started or ended',
    'onrush cluster up --ssh box1,box2 --join nats://loadbox:4222',
  )
