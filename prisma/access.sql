-- Who may do what. `holdfast migrate` runs all of this after the migrations, each time, in one transaction: what is not said
-- here is refused (SQLSTATE 42501). A table that workers or the evaluator need gets a line here; the API has all of `public`.
--
-- The roles belong to the server and the rights to this database. There is no password here: a role gets one, or members that
-- log in, from whoever sets the service up.

DO $$
DECLARE
  missing text;
BEGIN
  FOREACH missing IN ARRAY ARRAY['holdfast_api', 'holdfast_worker', 'holdfast_evaluator'] LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = missing);
    BEGIN
      EXECUTE format('CREATE ROLE %I', missing);
    EXCEPTION
      -- Another database of this server was set up at the same time.
      WHEN duplicate_object OR unique_violation THEN NULL;
      WHEN insufficient_privilege THEN
        RAISE insufficient_privilege USING
          MESSAGE = format('the role %s is not there, and %s may not create roles', missing, current_user),
          HINT = 'Let an administrator of the server run once: '
            'CREATE ROLE holdfast_api; CREATE ROLE holdfast_worker; CREATE ROLE holdfast_evaluator;';
    END;
  END LOOP;
END $$;

-- The queue's tables, where the queue stands in Postgres, are made by BullMQ.
CREATE SCHEMA IF NOT EXISTS bullmq;

-- Begin with nothing -------------------------------------------------------------------------------------------

REVOKE ALL ON SCHEMA sealed, locked, bullmq FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public, sealed, locked, bullmq FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public, sealed, locked, bullmq
  FROM holdfast_api, holdfast_worker, holdfast_evaluator;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, sealed, locked, bullmq
  FROM holdfast_api, holdfast_worker, holdfast_evaluator;
REVOKE ALL ON SCHEMA public, sealed, locked, bullmq FROM holdfast_api, holdfast_worker, holdfast_evaluator;

GRANT USAGE ON SCHEMA public TO holdfast_api, holdfast_worker, holdfast_evaluator;
-- Whether the tables are those of a process's version.
GRANT SELECT ON _prisma_migrations TO holdfast_api, holdfast_worker, holdfast_evaluator;

-- The queue ----------------------------------------------------------------------------------------------------
-- By default too, for the tables that are made after this.

GRANT USAGE ON SCHEMA bullmq TO holdfast_api, holdfast_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bullmq TO holdfast_api, holdfast_worker;
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA bullmq TO holdfast_api, holdfast_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA bullmq
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO holdfast_api, holdfast_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA bullmq
  GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO holdfast_api, holdfast_worker;

-- The API ------------------------------------------------------------------------------------------------------
-- Puts boxes away and never sees one again; has the hashes by which it finds rows that were locked before.

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO holdfast_api;
REVOKE INSERT, UPDATE, DELETE ON _prisma_migrations FROM holdfast_api;
-- The key to which test rows are sealed is the evaluator's to say.
REVOKE INSERT, UPDATE, DELETE ON evaluator_keys FROM holdfast_api;

GRANT USAGE ON SCHEMA sealed, locked TO holdfast_api;
GRANT INSERT ON sealed.test_chunks TO holdfast_api;
GRANT SELECT ON sealed.hash_key TO holdfast_api;
GRANT SELECT, INSERT ON sealed.row_hashes TO holdfast_api;

GRANT SELECT, INSERT ON locked.pools TO holdfast_api;
GRANT UPDATE (reveal_budget, reveals_used) ON locked.pools TO holdfast_api;
GRANT SELECT, INSERT ON locked.dataset_pools, locked.ledger, locked.reveals TO holdfast_api;
GRANT SELECT ON locked.ledger_heads TO holdfast_api;

-- Workers ------------------------------------------------------------------------------------------------------
-- Nothing at all of `sealed` and `locked`. Of a data set what its training rows are read by.

GRANT SELECT (id, task, target, features, classes, train_rows, "group", "time") ON datasets TO holdfast_worker;
GRANT SELECT ON training_chunks, fold_assignments, warm_starts TO holdfast_worker;

-- Of a search its progress, and not what was asked for.
GRANT SELECT ON searches TO holdfast_worker;
GRANT UPDATE (
  status, reason, repeatable, revision, trials_total, trials_waiting, trials_running, trials_completed, trials_pruned,
  trials_failed, trials_cancelled, trials_to_come, folds_total, folds_completed, late_results, decisions_asked,
  decisions_made, started_at, paused_at, paused_seconds, updated_at, finished_at
) ON searches TO holdfast_worker;
GRANT SELECT, INSERT, UPDATE ON trials, fold_runs TO holdfast_worker;
GRANT SELECT, INSERT ON fold_results, fold_records, rung_results, baselines TO holdfast_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON checkpoints TO holdfast_worker;
GRANT SELECT, INSERT, DELETE ON search_events TO holdfast_worker;
GRANT SELECT, UPDATE ON models TO holdfast_worker;
GRANT INSERT ON model_chunks TO holdfast_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON workers TO holdfast_worker;

-- The evaluator ------------------------------------------------------------------------------------------------
-- The only one that reads boxes. It orders no reveal, and answers each once.

GRANT SELECT ON datasets, training_chunks TO holdfast_evaluator;
GRANT SELECT, INSERT, UPDATE ON evaluator_keys TO holdfast_evaluator;
GRANT USAGE ON SCHEMA sealed, locked TO holdfast_evaluator;
GRANT SELECT ON sealed.test_chunks TO holdfast_evaluator;
GRANT SELECT ON locked.reveals, locked.pools, locked.dataset_pools TO holdfast_evaluator;
GRANT UPDATE (status, attempt, lease_until, reason, result, finished_at) ON locked.reveals TO holdfast_evaluator;
GRANT SELECT, INSERT ON locked.ledger, locked.ledger_heads TO holdfast_evaluator;
