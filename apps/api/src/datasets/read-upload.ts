import '@fastify/multipart';
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { MalformedJsonError, parseJson } from '../plugins/parse-json.ts';
import { ProblemError } from '../problem-error.ts';
import { quote } from './dataset-error.ts';
import { readFile } from './read-file.ts';
import type { Table, TableLimits } from './table-builder.ts';

export interface Upload {
  /** As it was sent, not checked yet. */
  spec: unknown;
  table: Table;
  /** Of the file's bytes as they were sent. */
  fileDigest: string;
  /** Test rows in a file of their own. */
  test: HashedFile | null;
}

type HashedFile = { table: Table; fileDigest: string };

const specBytes = 2 ** 20;

/**
 * Reads the parts `spec` (JSON), `file` (CSV or Parquet) and perhaps `test`, in whichever order they come, while they come.
 * @throws ProblemError for parts that are missing, unknown or twice there; DatasetError for the file
 */
export async function readUpload(request: FastifyRequest, limits: TableLimits): Promise<Upload> {
  let spec: { value: unknown } | undefined;
  let file: HashedFile | undefined;
  let test: HashedFile | undefined;
  try {
    const parts = request.parts({
      // As streams whatever their headers say: clients send JSON with and without a file name.
      isPartAFile: () => true,
      limits: { files: 4, parts: 4, headerPairs: 100, fileSize: limits.encodedBytes + 1 },
    });
    for await (const part of parts) {
      if (part.type !== 'file') continue;
      if (part.fieldname === 'spec' && spec === undefined) spec = { value: await readSpec(part.file) };
      else if (part.fieldname === 'file' && file === undefined) file = await hashFile(part, limits);
      else if (part.fieldname === 'test' && test === undefined) test = await hashFile(part, limits);
      else throw refusePart(part.fieldname);
    }
  } catch (error) {
    throw isBrokenMultipart(error)
      ? new ProblemError('invalid-request', `The multipart body is broken: ${error.message}.`, {
          cause: error,
        })
      : error;
  } finally {
    // Read to its end, whatever came of it: a client that still sends would not read the answer.
    request.raw.unpipe();
    request.raw.resume();
  }
  if (spec === undefined || file === undefined) {
    const missing = spec === undefined ? '"spec" (JSON)' : '"file" (CSV or Parquet)';
    throw new ProblemError('invalid-request', `The part ${missing} is missing.`);
  }
  return { spec: spec.value, ...file, test: test ?? null };
}

async function readSpec(chunks: AsyncIterable<Buffer>): Promise<unknown> {
  const read: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > specBytes)
      throw new ProblemError('too-large', `The part "spec" is larger than ${specBytes} bytes.`);
    read.push(chunk);
  }
  try {
    return parseJson(Buffer.concat(read));
  } catch (error) {
    if (!(error instanceof MalformedJsonError)) throw error;
    throw new ProblemError('malformed-json', `The part "spec" is not JSON in UTF-8: ${error.message}`, {
      cause: error,
    });
  }
}

async function hashFile(
  { file, mimetype }: { file: AsyncIterable<Buffer>; mimetype: string },
  limits: TableLimits,
): Promise<HashedFile> {
  const hash = createHash('sha256');
  async function* hashed() {
    for await (const chunk of file) {
      hash.update(chunk);
      yield chunk;
    }
  }
  const table = await readFile(hashed(), limits, mimetype);
  return { table, fileDigest: hash.digest('hex') };
}

function refusePart(name: string): ProblemError {
  const known = ['spec', 'file', 'test'].includes(name);
  const message = known ? `The part ${quote(name)} is there twice.` : `There is no part ${quote(name)}.`;
  return new ProblemError(
    'invalid-request',
    `${message} Send "spec" (JSON), "file" (CSV or Parquet) and, for test rows of their own, "test".`,
  );
}

/** The parser's own errors, which carry no status. */
function isBrokenMultipart(error: unknown): error is Error {
  return (
    error instanceof Error &&
    !('statusCode' in error) &&
    /multipart|boundary|terminated early|malformed part/i.test(error.message)
  );
}
