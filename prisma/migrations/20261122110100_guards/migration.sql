-- What Prisma's schema language cannot say: handwritten, and not seen by a diff against schema.prisma.

-- The sealed test sets ------------------------------------------------------------------------------------
-- A schema of its own, so that a role can be kept out of it as a whole, and so that no generated client has
-- a name for what lies in it. A box is encrypted before it comes here.

CREATE SCHEMA sealed;
REVOKE ALL ON SCHEMA sealed FROM PUBLIC;

CREATE TABLE sealed.test_chunks (
  dataset_id text NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  number integer NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY (dataset_id, number)
);

-- Storage -------------------------------------------------------------------------------------------------
-- Floats and ciphertext hardly compress: trying costs time, and only uncompressed values can be cut by
-- substring() without being read whole.

ALTER TABLE sealed.test_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE training_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;
ALTER TABLE fold_records ALTER COLUMN predictions SET STORAGE EXTERNAL;

-- A search's row is rewritten with each result: room on its page keeps its indexes out of that.
ALTER TABLE searches SET (fillfactor = 50);

-- Checks --------------------------------------------------------------------------------------------------

ALTER TABLE datasets
  ADD CONSTRAINT datasets_rows_check CHECK (train_rows >= 1 AND test_rows >= 0),
  ADD CONSTRAINT datasets_reveals_check CHECK (reveals_used >= 0 AND reveals_used <= reveal_budget);

ALTER TABLE searches
  ADD CONSTRAINT searches_trials_check CHECK (
    trials_total = trials_waiting + trials_running + trials_completed + trials_pruned + trials_failed + trials_cancelled
    AND least(trials_waiting, trials_running, trials_completed, trials_pruned, trials_failed, trials_cancelled) >= 0),
  ADD CONSTRAINT searches_folds_check CHECK (folds_completed >= 0 AND folds_completed <= folds_total),
  ADD CONSTRAINT searches_over_check CHECK ((status IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL));

ALTER TABLE trials
  ADD CONSTRAINT trials_open_folds_check CHECK (open_folds >= 0 AND (state IN ('waiting', 'running')) = (open_folds > 0));

ALTER TABLE fold_runs
  ADD CONSTRAINT fold_runs_lease_check CHECK ((state = 'running') = (lease_until IS NOT NULL AND worker IS NOT NULL));

ALTER TABLE search_events
  ADD CONSTRAINT search_events_name_check CHECK (name IN ('search', 'trial', 'fold', 'end'));

-- Partial indexes -----------------------------------------------------------------------------------------
-- What is over is by far the most and is never looked for by state.

CREATE INDEX searches_open_idx ON searches (created_at) WHERE status IN ('queued', 'running');
CREATE INDEX trials_open_idx ON trials (search_id, number) WHERE state IN ('waiting', 'running');
-- Empty when a search is made, and never larger than what is published: fold runs that wait for publication
-- are found through their trials, which spares an index entry for each at the insertion of tens of thousands.
CREATE INDEX fold_runs_in_flight_idx ON fold_runs (search_id, trial, repeat, fold)
  WHERE state = 'running' OR (state = 'queued' AND published_at IS NOT NULL);

-- Fold runs belong to trials --------------------------------------------------------------------------------
-- A foreign key in all but its speed: one check for a statement instead of one query for each of its rows.

CREATE FUNCTION refuse_orphan_fold_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM added a
    WHERE NOT EXISTS (SELECT FROM trials t WHERE t.search_id = a.search_id AND t.number = a.trial)
  ) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a fold run must belong to a trial that exists';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER fold_runs_of_trials AFTER INSERT ON fold_runs
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_orphan_fold_runs();

CREATE FUNCTION delete_fold_runs_of_trials() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM fold_runs f USING gone g WHERE f.search_id = g.search_id AND f.trial = g.number;
  RETURN NULL;
END $$;

CREATE TRIGGER trials_take_their_fold_runs AFTER DELETE ON trials
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION delete_fold_runs_of_trials();

-- Terminal states never change -------------------------------------------------------------------------------
-- The transitions below keep to this by themselves; these triggers hold whoever else writes, a person at psql
-- included. A result, once accepted, stays as it is.

CREATE FUNCTION refuse_change_of_what_is_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'HF001',
    MESSAGE = format('%s: what is over does not change', TG_TABLE_NAME),
    DETAIL = format('refused for %s', to_jsonb(OLD) - 'spec' - 'params');
END $$;

CREATE TRIGGER searches_over BEFORE UPDATE OF status ON searches FOR EACH ROW
  WHEN (OLD.status IN ('completed', 'failed', 'cancelled') AND NEW.status <> OLD.status)
  EXECUTE FUNCTION refuse_change_of_what_is_over();

CREATE TRIGGER trials_over BEFORE UPDATE OF state ON trials FOR EACH ROW
  WHEN (OLD.state IN ('completed', 'pruned', 'failed', 'cancelled') AND NEW.state <> OLD.state)
  EXECUTE FUNCTION refuse_change_of_what_is_over();

CREATE TRIGGER fold_runs_over BEFORE UPDATE OF state ON fold_runs FOR EACH ROW
  WHEN (OLD.state IN ('completed', 'failed', 'cancelled') AND NEW.state <> OLD.state)
  EXECUTE FUNCTION refuse_change_of_what_is_over();

CREATE TRIGGER fold_results_stay BEFORE UPDATE ON fold_results FOR EACH ROW
  EXECUTE FUNCTION refuse_change_of_what_is_over();
