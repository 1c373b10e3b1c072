import type { FastifyInstance } from 'fastify';
import { ProblemError } from '../problem-error.ts';

/** 404, or 405 with what the address takes. Call before any route is registered. */
export function answerUnknownAddresses(app: FastifyInstance): void {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ method, url }) => {
    const known = methods.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
  });
  app.setNotFoundHandler((request) => {
    const path = pathOf(request.url);
    const allowed = new Set<string>();
    for (const [pattern, known] of methods) {
      if (matches(pattern, path)) for (const method of known) allowed.add(method);
    }
    if (allowed.size > 0) {
      const allow = [...allowed].sort().join(', ');
      throw new ProblemError('method-not-allowed', `${request.method} is not taken here, but ${allow}.`, {
        headers: { allow },
      });
    }
    throw new ProblemError('not-found', 'There is nothing at this address.');
  });
}

function pathOf(url: string): string {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  for (const [index, segment] of wanted.entries()) {
    if (segment === '*') return true;
    const here = given[index];
    if (here === undefined || (segment.startsWith(':') ? here === '' : here !== segment)) return false;
  }
  return wanted.length === given.length;
}
