import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { type Session, sessionSchema } from '@holdfast/contracts/session';

/** What the browser keeps is a cookie that no script can read; this page knows only the token that goes with it. */
let csrfToken: string | null = null;
let signedIn = false;
let locked = false;
const listeners = new Set<() => void>();

/** Says with whatever changes something that it comes from this page. */
const send: typeof fetch = (address, init = {}) => {
  if (csrfToken === null || (init.method ?? 'GET') === 'GET') return fetch(address, init);
  const headers = new Headers(init.headers);
  headers.set('x-holdfast-csrf', csrfToken);
  return fetch(address, { ...init, headers });
};

/** The service that this page came from. */
export const api = new HoldfastClient({ url: window.location.origin, fetch: send });

/** Whether the service wants a key that this browser is not signed in with. */
export const isLocked = () => locked;
export const isSignedIn = () => signedIn;

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asks how this browser stands with the service. Where that cannot be reached, its pages say so themselves. */
export async function resumeSession(): Promise<void> {
  try {
    const answer = await fetch('/v1/session');
    if (answer.ok) adopt(sessionSchema.parse(await answer.json()));
  } catch {
    // Whoever asks next will find it away as well.
  }
}

/** @returns whether the service knows the key. @throws where it does not answer as it should */
export async function signIn(key: string): Promise<boolean> {
  const answer = await fetch('/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  });
  if (answer.status === 401) return false;
  if (!answer.ok) throw new Error(`The service answered with ${answer.status}.`);
  adopt(sessionSchema.parse(await answer.json()));
  return true;
}

export async function signOut(): Promise<void> {
  lock();
  await fetch('/v1/session', { method: 'DELETE' }).catch(() => {});
}

/** The service refuses what this browser was signed in with, or wants it to be. */
export function lock(): void {
  csrfToken = null;
  signedIn = false;
  locked = true;
  for (const listener of listeners) listener();
}

function adopt(session: Session): void {
  csrfToken = session.csrfToken;
  signedIn = session.signedIn;
  locked = session.needsKey && !session.signedIn;
  for (const listener of listeners) listener();
}
