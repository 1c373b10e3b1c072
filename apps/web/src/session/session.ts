import { HoldfastClient } from '@holdfast/client/holdfast-client';

/** The key lives as long as the tab, and is sent to this origin alone. */
const storageName = 'holdfast.key';

let key = sessionStorage.getItem(storageName) ?? undefined;
let locked = false;
const listeners = new Set<() => void>();

const connect = () => new HoldfastClient({ url: window.location.origin, key });

/** The service that this page came from. A live binding: signing in replaces it. */
export let api = connect();

/** Whether the service wants a key that this tab does not have. */
export const isLocked = () => locked;
export const hasKey = () => key !== undefined;

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function signIn(given: string): void {
  key = given;
  sessionStorage.setItem(storageName, given);
  change(false);
}

/** Also when the service refuses the key that there is. */
export function signOut(): void {
  key = undefined;
  sessionStorage.removeItem(storageName);
  change(true);
}

function change(now: boolean): void {
  locked = now;
  api = connect();
  for (const listener of listeners) listener();
}
