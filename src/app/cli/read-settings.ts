/** What the command line, the environment and the config file say together; apart, so that it is known before anything heavy is loaded. */
import { OnrushError } from '../../kernel/errors.ts'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import type { Flags } from './program.ts'
import { chooseSettings, type Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** Throws `OnrushError` with every setting that is wrong. */
export async function readSettings(
  flags: Flags,
  terminal: Terminal,
): Promise<{ settings: Settings; config: ConfigFile | undefined }> {
  const { explainConfig: _, for: __, method: ___, ...settable } = flags
  const config = await readConfigFile(terminal.folder)
  const settings = chooseSettings({ flags: settable, environment: terminal.environment, config })
  if (Array.isArray(settings)) throw new OnrushError(settings)
  terminal.setColour((settings as Settings).on('color') ? undefined : false)
  return { settings: settings as Settings, config }
}
