// Numbers with the machine they were measured on; a table for people, JSON for machines.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { dirname } from 'node:path'

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
export const machine = () => ({
  date: new Date().toISOString().slice(0, 10),
  cpu: `${cpus().length} × ${cpus()[0].model.trim()}`,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  kernel: release(),
  node: process.version,
})

export function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)))
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
        )
        .join('  '),
    )
    .join('\n')
}

export function save(file, data) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ machine: machine(), ...data }, null, 2)}\n`)
}

/** `--some-name value` for `someName`, and `--flag`. */
export function options(defaults) {
  const result = { ...defaults }
  const args = process.argv.slice(2)
  for (let index = 0; index < args.length; index++) {
    const name = args[index]
      .replace(/^--(no-)?/, '')
      .replace(/-(.)/g, (_, letter) => letter.toUpperCase())
    if (!(name in defaults))
      throw new Error(`unknown option ${args[index]}; known: ${Object.keys(defaults).join(', ')}`)
    if (typeof defaults[name] === 'boolean') result[name] = !args[index].startsWith('--no-')
    else result[name] = typeof defaults[name] === 'number' ? Number(args[++index]) : args[++index]
  }
  return result
}
