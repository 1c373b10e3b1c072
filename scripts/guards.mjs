/**
 * @typedef {object} Guard
 * @property {string} name
 * @property {string} [sql] takes it out of the database, together with the guards that would mask its absence
 * @property {{ file: string, find: string, replace: string }[]} [edits] takes it out of the sources
 * @property {{ file: string, name: string }} [test] must fail then
 * @property {string[]} [campaign] or: options of a campaign of faults that must find it out
 */

/**
 * Changes the text of a function as it stands after all migrations; an error where it does not say that (any more).
 *
 * @param {string} name
 * @param {string} find
 * @param {string} replace
 */
const change = (name, find, replace) => `
DO $guard$
DECLARE
  was text := (SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = '${name}' AND pronamespace = 'public'::regnamespace);
BEGIN
  IF position($find$${find}$find$ IN was) = 0 THEN
    RAISE EXCEPTION 'the guard is not where it was: ${name}';
  END IF;
  EXECUTE replace(was, $find$${find}$find$, $replace$${replace}$replace$);
END $guard$;
`;

const withoutFence = change(
  'accept_fold_results',
  `AND state = 'running' AND attempt = given.attempt`,
  `AND state = 'running'`,
);

/** @type {Guard[]} */
export const guards = [
  {
    name: 'the fence: a result counts only for the attempt that holds the fold run',
    sql: withoutFence,
    test: {
      file: 'packages/db/src/leases.integration.test.ts',
      name: 'a lease that ran out goes to a second attempt',
    },
  },
  {
    name: 'the fence, by the model of the state machine',
    sql: withoutFence,
    test: { file: 'packages/db/src/state-machine.integration.test.ts', name: 'whatever the order' },
  },
  {
    name: 'the claim: only what is queued is handed out',
    sql: change('claim_fold_runs', `f.state = 'queued' AND NOT f.held`, `f.state IN ('queued', 'running')`),
    test: { file: 'packages/db/src/leases.integration.test.ts', name: 'claims: only what is queued' },
  },
  {
    name: 'the lease: it runs out',
    sql: change('expire_leases', 'lease_until < clock_timestamp()', 'false'),
    test: {
      file: 'packages/db/src/leases.integration.test.ts',
      name: 'a lease that ran out goes to a second attempt',
    },
  },
  {
    name: 'the lease, by a campaign that kills workers',
    sql: change('expire_leases', 'lease_until < clock_timestamp()', 'false'),
    campaign: ['--only', 'all workers killed', '--faults', '8', '--workers', '2', '--settle', '30'],
  },
  {
    name: 'the unique constraint: a fold run has one result (with neither fence nor trigger)',
    sql: `${change('accept_fold_results', `AND state = 'running' AND attempt = given.attempt`, '')}
      DROP TRIGGER fold_runs_over ON fold_runs;
      ALTER TABLE fold_results DROP CONSTRAINT fold_results_pkey CASCADE;`,
    test: {
      file: 'packages/db/src/guards.integration.test.ts',
      name: 'a fold run takes one result and no second',
    },
  },
  {
    name: 'terminal states: what is over does not change',
    sql: 'DROP TRIGGER fold_runs_over ON fold_runs;',
    test: {
      file: 'packages/db/src/guards.integration.test.ts',
      name: 'the database refuses to change what is over',
    },
  },
  {
    name: 'the reconciler: what the queue lost is published again',
    edits: [
      {
        file: 'packages/db/src/fold-runs.ts',
        find: `AND f.published_at < now() - $3 * interval '1 second'`,
        replace: `AND f.published_at < now() - $3 * interval '1 second' AND false`,
      },
    ],
    test: {
      file: 'packages/db/src/leases.integration.test.ts',
      name: 'what was published and never claimed',
    },
  },
  {
    name: 'the reconciler, by a campaign that flushes Redis',
    edits: [
      {
        file: 'packages/db/dist/fold-runs.js',
        find: `AND f.published_at < now() - $3 * interval '1 second'`,
        replace: `AND f.published_at < now() - $3 * interval '1 second' AND false`,
      },
    ],
    campaign: ['--only', 'Redis flushed', '--faults', '8', '--workers', '2', '--settle', '30'],
  },
];
