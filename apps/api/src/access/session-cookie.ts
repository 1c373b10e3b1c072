import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

const name = 'holdfast_session';
export const csrfHeader = 'x-holdfast-csrf';

/** The key that a browser was signed in with. */
export function keyOfCookie(request: FastifyRequest): string | null {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [before, value] = pair.trim().split('=', 2);
    if (before !== name || !value) continue;
    try {
      return decodeURIComponent(value);
    } catch {
      return null;
    }
  }
  return null;
}

/** Out of the page's scripts' reach, never sent along by another site, and gone with the browser. */
export function cookieFor(key: string, request: FastifyRequest): string {
  const secure = request.headers.origin?.startsWith('https:') ? '; Secure' : '';
  return `${name}=${encodeURIComponent(key)}; Path=/; HttpOnly; SameSite=Strict${secure}`;
}

export const expiredCookie = `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;

/**
 * What a page must say in a header of its own with every request that changes something. Only a page of this origin can
 * ask for it, and only while it is signed in with that key.
 */
export function csrfToken(key: string): string {
  return createHmac('sha256', key).update('holdfast csrf').digest('base64url');
}

export function hasCsrfToken(request: FastifyRequest, key: string): boolean {
  const given = request.headers[csrfHeader];
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(csrfToken(key))];
  return a.length === b.length && timingSafeEqual(a, b);
}
