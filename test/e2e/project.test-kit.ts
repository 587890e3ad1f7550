/**
 * A project of its own, with onrush installed as npm would: what is in its package, the packages it depends on, and those that a test
 * links. So a package that only this repository has is not found by accident.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ended } from './cli.test-kit.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

export class Project {
  readonly path = mkdtempSync(join(tmpdir(), 'onrush-project-'))
  readonly #modules = join(this.path, 'node_modules')

  constructor() {
    const own = join(this.#modules, 'onrush')
    mkdirSync(own, { recursive: true })
    for (const part of ['bin', 'dist', 'package.json']) {
      cpSync(join(ROOT, part), join(own, part), { recursive: true })
    }
    const { dependencies } = createRequire(import.meta.url)('../../package.json') as {
      dependencies: Record<string, string>
    }
    for (const name of Object.keys(dependencies)) this.link(name)
  }

  /** As `npm install name` would. */
  link(name: string): void {
    const path = join(this.#modules, name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules', name), path)
  }

  /** `onrush <command> shop.ts …`, with this text as the script. */
  onrush(
    command: string,
    text: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    writeFileSync(join(this.path, 'shop.ts'), text)
    const words = [join(this.#modules, 'onrush/bin/onrush.js'), command, 'shop.ts', ...args]
    return new Promise((resolve) => {
      const options = { cwd: this.path, env: { ...process.env, ...env }, maxBuffer: 64 << 20 }
      const child = execFile(process.execPath, words, options, (_error, out, err) =>
        resolve({ code: child.exitCode, out, err }),
      )
    })
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
