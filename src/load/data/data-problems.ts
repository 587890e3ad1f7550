/** What can be wrong with data, said to people; where is the path as they wrote it, with the line where there is one. */
import type { Problem } from '../../contracts/problem.ts'
import { problem } from '../../kernel/errors.ts'
import { ROW_BYTES_MAX } from '../../kernel/limits.ts'
import type { RowMistake } from '../../kernel/row-mistake.ts'

export const noFile = (path: string, label: string, code: string): Problem =>
  problem(
    'E_DATA',
    label,
    code === 'ENOENT' ? 'a data file does not exist' : `a data file cannot be opened (${code})`,
    `it would be ${path}`,
    'correct the path: it counts from the folder of the script file that names it, on every machine that runs a worker',
  )
export const badRow = (where: string, mistake: RowMistake): Problem =>
  problem(
    'E_DATA',
    where,
    `a row cannot be read: ${mistake.message}`,
    'users would get wrong data',
    'correct that line, or the options of the feeder',
  )
export const badFile = (where: string, message: string): Problem =>
  problem(
    'E_DATA',
    where,
    `a JSON file cannot be read: ${message}`,
    'it must be one JSON array',
    'correct the file',
  )
export const tooLong = (label: string, line: number): Problem =>
  problem(
    'E_DATA',
    `${label}:${line}`,
    'a row does not end',
    `the row that begins here is longer than ${ROW_BYTES_MAX >> 20} MB, as in CSV after a quote that is never closed`,
    'close the quote, and double the quotes that belong to the text',
  )
export const noRows = (label: string): Problem =>
  problem('E_DATA', label, 'a feeder has no rows', 'there is nothing to hand out', 'fill the file')
export const notAList = (label: string): Problem =>
  problem(
    'E_DATA',
    label,
    'the file is not a list',
    'each element of a JSON array is a row',
    'make it an array, or use feeder.jsonl for one value a line',
  )
export const tooLarge = (label: string, sizeBytes: number, bytesMax: number): Problem =>
  problem(
    'E_DATA',
    label,
    `the file has ${Math.ceil(sizeBytes / 2 ** 20)} MB, a JSON file may have ${bytesMax >> 20}`,
    'it is read as a whole, because JSON cannot be cut into rows without reading it',
    'write one value a line and use feeder.jsonl, which reads files of any size',
  )
export const badQuery = (label: string, message: string): Problem =>
  problem(
    'E_SQL',
    label,
    `the rows of a query cannot be read: ${message}`,
    'users get their data from them',
    'try the query with the database’s own client, from this machine',
  )
export const noPackage = (label: string, name: string): Problem =>
  problem(
    'E_SQL',
    label,
    `the package ${name} is not installed`,
    'it speaks to the database, and onrush does not bring it along',
    `npm install ${name}, beside the script, on every machine that runs a worker`,
  )
