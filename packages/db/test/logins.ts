import { loginUrl, type Part } from '../src/logins.ts';

/** The test servers' logins; roles belong to a server, so that all test files share them. */
const password = 'of-a-test';

/** Each process's own login on the database of `url`. */
export const testLogins = (url: string): Record<Part, string> => ({
  api: loginUrl(url, 'api', password),
  worker: loginUrl(url, 'worker', password),
  evaluator: loginUrl(url, 'evaluator', password),
});
