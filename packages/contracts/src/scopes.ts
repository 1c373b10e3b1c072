/** What a key may do: `read` every GET; `submit` what creates, changes and deletes; `reveal` tests on locked rows; `admin` all. */
export const scopes = ['read', 'submit', 'reveal', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Whether scopes that were given cover one that is needed: whoever may change something may also look at it. */
export function covers(given: readonly Scope[], needed: Scope): boolean {
  return needed === 'read' || given.includes(needed) || given.includes('admin');
}
