import type { Part } from '@holdfast/db/logins';

/** The settings that name each process's own login, for whoever starts all of them or makes their logins. */
export const loginSettings = {
  api: 'DATABASE_API_URL',
  worker: 'DATABASE_WORKER_URL',
  evaluator: 'DATABASE_EVALUATOR_URL',
} as const satisfies Record<Part, string>;

/**
 * Those that are set; an empty one is not.
 * @throws Error that names the setting and repeats nothing of it: an address holds a password
 */
export function loginAddresses(environment: NodeJS.ProcessEnv): Partial<Record<Part, string>> {
  const addresses: Partial<Record<Part, string>> = {};
  for (const [part, name] of Object.entries(loginSettings) as [Part, string][]) {
    const given = environment[name];
    if (!given) continue;
    if (!URL.canParse(given) || !/^postgres(ql)?:$/.test(new URL(given).protocol)) {
      throw new Error(`${name} must be postgres://user:password@host:port/database`);
    }
    addresses[part] = given;
  }
  return addresses;
}
