import { writeFile } from 'node:fs/promises';
import { UsageError } from '../command/usage-error.ts';

/** To a file, or for `-` to standard output. @throws UsageError where the file cannot be written */
export async function writeOutput(file: string, content: string | Uint8Array): Promise<void> {
  if (file === '-') {
    process.stdout.write(content);
    return;
  }
  await writeFile(file, content).catch((error: Error) => {
    throw new UsageError(`${file} cannot be written: ${error.message}`);
  });
  process.stderr.write(`Wrote ${file}.\n`);
}
