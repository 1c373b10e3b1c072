import { problemSchema } from '@holdfast/contracts/problem';
import type { z } from 'zod';
import { HttpError, UnreachableError } from './http-error.ts';

/** Where the service is and how to speak to it. */
export interface Connection {
  /** Without a slash at the end, as `http://127.0.0.1:8080`. */
  url: string;
  key?: string | undefined;
  fetch?: typeof fetch | undefined;
}

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  /** A list is sent as one parameter for each item. */
  query?: Record<string, string | number | boolean | readonly string[] | undefined>;
  headers?: Record<string, string>;
  /** Whether to try it again though it is a POST without idempotency key: asked twice, it does what it did. */
  repeatable?: boolean;
  signal?: AbortSignal | undefined;
}

/** How often a request that may be repeated is tried, and the pause before each repetition, in ms. */
const pauses = [250, 1000, 3000];

/**
 * Sends one request and gives the response, whatever its success; 304 is a success.
 * What may be repeated without harm (a GET, a POST with an idempotency key, what says so) is tried again
 * when the service cannot be reached, or is not ready.
 *
 * @throws HttpError where the answer is a problem, UnreachableError where there is none.
 */
export async function sendRequest(
  connection: Connection,
  path: string,
  options: RequestOptions = {},
): Promise<Response> {
  const { method = 'GET', body, headers = {} } = options;
  const url = new URL(connection.url + path);
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
  }
  // They bring their own content type.
  const form = body instanceof FormData || body instanceof Blob;
  const init: RequestInit = {
    method,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && !form ? { 'content-type': 'application/json' } : {}),
      ...(connection.key ? { authorization: `Bearer ${connection.key}` } : {}),
      ...headers,
    },
    ...(body !== undefined ? { body: form ? body : JSON.stringify(body) } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  };
  const repeatable = options.repeatable || method === 'GET' || 'idempotency-key' in headers;
  for (let attempt = 0; ; attempt++) {
    const pause = repeatable ? pauses[attempt] : undefined;
    let response: Response;
    try {
      response = await (connection.fetch ?? fetch)(url, init);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      if (pause === undefined) throw new UnreachableError(connection.url, error);
      await wait(pause, options.signal);
      continue;
    }
    if (response.ok || response.status === 304) return response;
    if (pause === undefined || (response.status !== 503 && response.status !== 429)) {
      throw new HttpError(await readProblem(response));
    }
    await response.body?.cancel();
    const retryAfter = Number(response.headers.get('retry-after'));
    await wait(retryAfter > 0 ? Math.min(retryAfter * 1000, 10_000) : pause, options.signal);
  }
}

/** Sends a request and parses its JSON answer by its schema. */
export async function requestJson<T extends z.ZodType>(
  connection: Connection,
  schema: T,
  path: string,
  options?: RequestOptions,
): Promise<z.output<T>> {
  const response = await sendRequest(connection, path, options);
  return schema.parse(await response.json());
}

async function readProblem(response: Response) {
  const text = await response.text();
  try {
    return problemSchema.parse(JSON.parse(text));
  } catch {
    const title = response.statusText || 'Not an answer of Holdfast';
    return { type: 'about:blank', title, status: response.status, detail: `${response.status} ${title}` };
  }
}

/** Rejects with the signal's reason once it is aborted. */
export function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
