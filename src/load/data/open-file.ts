/** Opens a data file for reading; what stands in the way is said as a `Problem`. */
import { type FileHandle, open } from 'node:fs/promises'
import { OnrushError } from '../../kernel/errors.ts'
import { noFile } from './data-problems.ts'

/** Throws `OnrushError`. `path` is absolute; `label` as people wrote it. */
export async function openDataFile(path: string, label: string): Promise<FileHandle> {
  try {
    const file = await open(path, 'r')
    if ((await file.stat()).isFile()) return file
    await file.close()
  } catch (error) {
    throw new OnrushError([noFile(path, label, (error as NodeJS.ErrnoException).code ?? '')], {
      cause: error,
    })
  }
  throw new OnrushError([noFile(path, label, 'it is not a file')])
}
