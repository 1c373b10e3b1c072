import { openAsBlob } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { UsageError } from '../command/usage-error.ts';

/**
 * A file of rows, read when it is sent.
 * @throws UsageError that names the file
 */
export async function openDataFile(file: string): Promise<Blob> {
  try {
    if (!(await stat(file)).isFile()) throw new Error('it is no file');
    await access(file, constants.R_OK);
    return await openAsBlob(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : message;
    throw new UsageError(`${file} cannot be read: ${reason}`);
  }
}
