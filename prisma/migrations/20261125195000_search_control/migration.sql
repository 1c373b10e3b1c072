-- Searches that decide as they go: trials proposed after results (tpe, a target score), fold runs that wait for a
-- decision (rungs of halving and hyperband, races over folds), pause, resume, extension, limits.

-- Tables --------------------------------------------------------------------------------------------------

ALTER TABLE "searches"
    ADD COLUMN "trials_to_come" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "numbering" JSON NOT NULL DEFAULT '[]',
    ADD COLUMN "adaptive" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "decisions_asked" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "decisions_made" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "concurrency" INTEGER,
    ADD COLUMN "max_seconds" DOUBLE PRECISION,
    ADD COLUMN "paused_at" TIMESTAMPTZ(3),
    ADD COLUMN "paused_seconds" DOUBLE PRECISION NOT NULL DEFAULT 0;

ALTER TABLE "trials"
    ADD COLUMN "proposal" INTEGER,
    ADD COLUMN "note" TEXT;
UPDATE "trials" SET "proposal" = "number";

ALTER TABLE "fold_runs"
    ADD COLUMN "held" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "rung" SMALLINT NOT NULL DEFAULT 0,
    ADD COLUMN "until_epoch" INTEGER;

-- CreateTable
CREATE TABLE "rung_results" (
    "search_id" TEXT NOT NULL,
    "trial" INTEGER NOT NULL,
    "repeat" SMALLINT NOT NULL,
    "fold" SMALLINT NOT NULL,
    "rung" SMALLINT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "worker" TEXT NOT NULL,
    "reason" TEXT,
    "seed" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "engine_version" TEXT NOT NULL,
    "validation" JSON NOT NULL,
    "training" JSON NOT NULL,
    "confusion" JSON,
    "epochs" INTEGER NOT NULL,
    "training_rows" INTEGER NOT NULL,
    "validation_rows" INTEGER NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,
    "curves" JSON NOT NULL,
    "predictions" BYTEA,

    CONSTRAINT "rung_results_pkey" PRIMARY KEY ("search_id","trial","repeat","fold","rung")
);

-- CreateTable
CREATE TABLE "checkpoints" (
    "search_id" TEXT NOT NULL,
    "trial" INTEGER NOT NULL,
    "repeat" SMALLINT NOT NULL,
    "fold" SMALLINT NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "checkpoints_pkey" PRIMARY KEY ("search_id","trial","repeat","fold")
);

-- AddForeignKey
ALTER TABLE "rung_results" ADD CONSTRAINT "rung_results_search_id_trial_repeat_fold_fkey" FOREIGN KEY ("search_id", "trial", "repeat", "fold") REFERENCES "fold_runs"("search_id", "trial", "repeat", "fold") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "checkpoints" ADD CONSTRAINT "checkpoints_search_id_trial_repeat_fold_fkey" FOREIGN KEY ("search_id", "trial", "repeat", "fold") REFERENCES "fold_runs"("search_id", "trial", "repeat", "fold") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE rung_results ALTER COLUMN predictions SET STORAGE EXTERNAL;
ALTER TABLE checkpoints ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE searches
  ADD CONSTRAINT searches_control_check CHECK (
    trials_to_come >= 0 AND decisions_made <= decisions_asked AND (status = 'paused') = (paused_at IS NOT NULL));
ALTER TABLE fold_runs
  ADD CONSTRAINT fold_runs_held_check CHECK (NOT held OR (state = 'queued' AND published_at IS NULL));

CREATE INDEX searches_undecided_idx ON searches (id) WHERE decisions_asked > decisions_made;

CREATE TRIGGER rung_results_stay BEFORE UPDATE ON rung_results FOR EACH ROW
  EXECUTE FUNCTION refuse_change_of_what_is_over();

-- A search that has completed goes on where it was given more trials, and only then. Its trials never do.
DROP TRIGGER searches_over ON searches;
CREATE TRIGGER searches_over BEFORE UPDATE OF status ON searches FOR EACH ROW
  WHEN (OLD.status IN ('completed', 'failed', 'cancelled') AND NEW.status <> OLD.status
    AND NOT (OLD.status = 'completed' AND NEW.status = 'running'
      AND NEW.trials_total + NEW.trials_to_come > OLD.trials_total + OLD.trials_to_come))
  EXECUTE FUNCTION refuse_change_of_what_is_over();

-- Transitions ---------------------------------------------------------------------------------------------
-- One function each, as before; the search's row is locked first.

DROP FUNCTION advance_search(
  text, integer, integer, integer, integer, integer, integer, search_state, boolean, text[], json[]);

-- The one writer of a search's counters, status, revision and events. The caller holds the row's lock. Deltas are
-- added to the counters; the search is over when no trial is open and none is to come. Each event has a revision of
-- its own; a change without event raises the revision by one. `p_due`: there is a result that decisions wait for.
CREATE FUNCTION advance_search(
  p_search text,
  p_waiting integer DEFAULT 0,
  p_running integer DEFAULT 0,
  p_completed integer DEFAULT 0,
  p_failed integer DEFAULT 0,
  p_cancelled integer DEFAULT 0,
  p_folds_completed integer DEFAULT 0,
  p_status search_state DEFAULT NULL,
  p_repeatable boolean DEFAULT true,
  p_names text[] DEFAULT '{}',
  p_data json[] DEFAULT '{}',
  p_pruned integer DEFAULT 0,
  p_to_come integer DEFAULT 0,
  p_folds_added integer DEFAULT 0,
  p_due boolean DEFAULT false,
  p_reason text DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  -- Long enough for a client that was away for minutes; a later one begins anew with the search itself.
  kept_events CONSTANT integer := 10000;
  at CONSTANT timestamptz := clock_timestamp();
  before integer;
  after integer;
  old_status search_state;
  new_status search_state;
  new_reason text;
  is_over boolean;
  open_trials integer;
  good_trials integer;
  asks boolean;
BEGIN
  SELECT revision, status, trials_waiting + trials_running + p_waiting + p_running + trials_to_come + p_to_come,
         trials_completed + trials_pruned + p_completed + p_pruned, adaptive AND p_due
    INTO STRICT before, old_status, open_trials, good_trials, asks
    FROM searches WHERE id = p_search;

  new_status := CASE
    WHEN p_status IS NOT NULL THEN p_status
    WHEN open_trials > 0 THEN old_status
    WHEN good_trials > 0 THEN 'completed'
    ELSE 'failed'
  END;
  is_over := new_status IN ('completed', 'failed', 'cancelled');
  IF new_status = 'failed' THEN
    SELECT format('No trial completed. Trial %s: %s', number, reason) INTO new_reason
      FROM trials WHERE search_id = p_search AND state = 'failed' ORDER BY number LIMIT 1;
  END IF;

  IF new_status <> old_status THEN
    IF is_over THEN
      p_names := p_names || 'end'::text;
      p_data := p_data || json_build_object('status', new_status);
    ELSE
      p_names := 'search'::text || p_names;
      p_data := json_build_object('status', new_status) || p_data;
    END IF;
  END IF;
  after := before + greatest(1, cardinality(p_names));

  UPDATE searches SET
    revision = after,
    status = new_status,
    reason = CASE WHEN is_over THEN coalesce(p_reason, new_reason, reason) END,
    repeatable = repeatable AND p_repeatable,
    trials_total = trials_total + p_waiting + p_running + p_completed + p_pruned + p_failed + p_cancelled,
    trials_to_come = trials_to_come + p_to_come,
    trials_waiting = trials_waiting + p_waiting,
    trials_running = trials_running + p_running,
    trials_completed = trials_completed + p_completed,
    trials_pruned = trials_pruned + p_pruned,
    trials_failed = trials_failed + p_failed,
    trials_cancelled = trials_cancelled + p_cancelled,
    folds_total = folds_total + p_folds_added,
    folds_completed = folds_completed + p_folds_completed,
    decisions_asked = decisions_asked + asks::integer,
    started_at = CASE WHEN new_status = 'running' THEN coalesce(started_at, at) ELSE started_at END,
    paused_at = CASE WHEN new_status = 'paused' THEN coalesce(paused_at, at) END,
    paused_seconds = paused_seconds + CASE
      WHEN paused_at IS NOT NULL AND new_status <> 'paused' AND started_at IS NOT NULL
      THEN extract(epoch FROM at - greatest(paused_at, started_at)) ELSE 0 END,
    updated_at = at,
    finished_at = CASE WHEN is_over THEN coalesce(finished_at, at) END
  WHERE id = p_search;

  INSERT INTO search_events (search_id, revision, name, data)
    SELECT p_search, before + e.place, e.name, e.data
    FROM unnest(p_names, p_data) WITH ORDINALITY AS e (name, data, place);
  -- What lay lower went with earlier calls.
  DELETE FROM search_events
    WHERE search_id = p_search AND revision > before - kept_events AND revision <= after - kept_events;

  PERFORM pg_notify('holdfast_search', p_search);
  IF asks AND NOT is_over THEN
    PERFORM pg_notify('holdfast_work', p_search);
  END IF;
END $$;

DROP FUNCTION claim_fold_runs(text, text, double precision, integer[], integer[], integer[]);

-- Hands fold runs to a worker, as many as the search's concurrency leaves room for. Those that are not queued (any
-- more), or held, are left out of the answer; those for which there is no room are to be published anew.
CREATE FUNCTION claim_fold_runs(
  p_search text, p_worker text, p_lease_seconds double precision,
  p_trials integer[], p_repeats integer[], p_folds integer[]
) RETURNS TABLE (trial integer, repeat integer, fold integer, attempt integer, params json, "untilEpoch" integer, rung integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  at timestamptz;
  most integer;
  room bigint;
  claims integer;
  started integer;
  names text[];
  data json[];
BEGIN
  SELECT concurrency INTO most FROM searches
    WHERE id = p_search AND status IN ('queued', 'running') FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  at := clock_timestamp();
  IF most IS NOT NULL THEN
    room := most - (SELECT count(*) FROM fold_runs f WHERE f.search_id = p_search AND f.state = 'running'
      AND (f.state = 'running' OR (f.state = 'queued' AND f.published_at IS NOT NULL)));
    room := greatest(0, room);
  END IF;

  RETURN QUERY
    WITH granted AS (
      SELECT f.trial, f.repeat, f.fold
      FROM unnest(p_trials, p_repeats, p_folds) AS k (trial, repeat, fold)
      JOIN fold_runs f ON f.search_id = p_search AND f.trial = k.trial AND f.repeat = k.repeat AND f.fold = k.fold
      WHERE f.state = 'queued' AND NOT f.held
      ORDER BY f.trial, f.repeat, f.fold LIMIT room
    ), claimed AS (
      UPDATE fold_runs f SET
        state = 'running', attempt = f.attempt + 1, worker = p_worker, started_at = at,
        lease_until = at + p_lease_seconds * interval '1 second'
      FROM granted k
      WHERE f.search_id = p_search AND f.trial = k.trial AND f.repeat = k.repeat AND f.fold = k.fold
        AND f.state = 'queued' AND NOT f.held
      RETURNING f.trial, f.repeat, f.fold, f.attempt, f.until_epoch, f.rung
    )
    SELECT c.trial, c.repeat::integer, c.fold::integer, c.attempt, t.params, c.until_epoch, c.rung::integer
    FROM claimed c JOIN trials t ON t.search_id = p_search AND t.number = c.trial
    ORDER BY c.trial, c.repeat, c.fold;
  GET DIAGNOSTICS claims = ROW_COUNT;
  IF most IS NOT NULL THEN
    UPDATE fold_runs f SET published_at = NULL
    FROM unnest(p_trials, p_repeats, p_folds) AS k (trial, repeat, fold)
    WHERE f.search_id = p_search AND f.trial = k.trial AND f.repeat = k.repeat AND f.fold = k.fold
      AND f.state = 'queued';
  END IF;
  IF claims = 0 THEN
    RETURN;
  END IF;

  WITH begun AS (
    UPDATE trials t SET state = 'running'
    WHERE t.search_id = p_search AND t.number = ANY (p_trials) AND t.state = 'waiting'
      AND EXISTS (
        SELECT FROM fold_runs f
        WHERE f.search_id = p_search AND f.trial = t.number AND f.state = 'running')
    RETURNING t.number
  )
  SELECT count(*), coalesce(array_agg('trial'::text), '{}'),
         coalesce(array_agg(json_build_object('trial', number, 'status', 'running') ORDER BY number), '{}')
    INTO started, names, data FROM begun;
  PERFORM advance_search(p_search, p_waiting => -started, p_running => started,
    p_status => 'running', p_names => names, p_data => data);
END $$;

DROP FUNCTION accept_fold_result(
  text, integer, integer, integer, integer, text, text, text, text, text, json, json, json, integer, integer, integer,
  double precision, timestamptz, timestamptz, json, bytea);

-- Accepts a result where its attempt still holds the fold run: 'accepted' or 'late'. A result of a rung that is not
-- the last is kept beside; the fold run is held until its trial is promoted or pruned.
CREATE FUNCTION accept_fold_result(
  p_search text, p_trial integer, p_repeat integer, p_fold integer, p_attempt integer, p_worker text,
  p_reason text, p_seed text, p_engine text, p_engine_version text,
  p_validation json, p_training json, p_confusion json,
  p_epochs integer, p_training_rows integer, p_validation_rows integer,
  p_seconds double precision, p_started_at timestamptz, p_finished_at timestamptz,
  p_curves json, p_predictions bytea, p_checkpoint bytea
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  trial_over boolean;
  limited boolean;
  stage record;
  names text[] := '{fold}';
  data json[] := ARRAY[json_build_object('trial', p_trial, 'repeat', p_repeat, 'fold', p_fold, 'state', 'completed')];
BEGIN
  SELECT concurrency IS NOT NULL INTO limited FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'late';
  END IF;

  SELECT rung, until_epoch INTO stage FROM fold_runs
  WHERE search_id = p_search AND trial = p_trial AND repeat = p_repeat AND fold = p_fold
    AND state = 'running' AND attempt = p_attempt;
  IF NOT FOUND THEN
    -- A result sent twice because the first answer was lost is not one that came late.
    UPDATE searches SET late_results = late_results + 1
    WHERE id = p_search AND NOT EXISTS (
      SELECT FROM fold_results
      WHERE search_id = p_search AND trial = p_trial AND repeat = p_repeat AND fold = p_fold
        AND attempt = p_attempt)
    AND NOT EXISTS (
      SELECT FROM rung_results
      WHERE search_id = p_search AND trial = p_trial AND repeat = p_repeat AND fold = p_fold
        AND attempt = p_attempt);
    RETURN 'late';
  END IF;

  IF stage.until_epoch IS NOT NULL THEN
    UPDATE fold_runs SET
      state = 'queued', held = true, rung = rung + 1, until_epoch = NULL,
      published_at = NULL, worker = NULL, lease_until = NULL, started_at = NULL, reason = NULL
    WHERE search_id = p_search AND trial = p_trial AND repeat = p_repeat AND fold = p_fold;
    INSERT INTO rung_results (
      search_id, trial, repeat, fold, rung, attempt, worker, reason, seed, engine, engine_version,
      validation, training, confusion, epochs, training_rows, validation_rows, seconds, started_at, finished_at,
      curves, predictions)
    VALUES (
      p_search, p_trial, p_repeat, p_fold, stage.rung, p_attempt, p_worker, p_reason, p_seed, p_engine,
      p_engine_version, p_validation, p_training, p_confusion, p_epochs, p_training_rows, p_validation_rows,
      p_seconds, p_started_at, p_finished_at, p_curves, p_predictions);
    IF p_checkpoint IS NOT NULL THEN
      INSERT INTO checkpoints (search_id, trial, repeat, fold, bytes)
      VALUES (p_search, p_trial, p_repeat, p_fold, p_checkpoint)
      ON CONFLICT (search_id, trial, repeat, fold) DO UPDATE SET bytes = excluded.bytes;
    END IF;
    PERFORM advance_search(p_search, p_due => true);
    UPDATE workers SET completed_folds = completed_folds + 1 WHERE id = p_worker;
    IF limited THEN
      PERFORM pg_notify('holdfast_work', p_search);
    END IF;
    RETURN 'accepted';
  END IF;

  UPDATE fold_runs SET
    state = 'completed', worker = p_worker, reason = p_reason, lease_until = NULL,
    started_at = p_started_at, finished_at = p_finished_at
  WHERE search_id = p_search AND trial = p_trial AND repeat = p_repeat AND fold = p_fold;
  INSERT INTO fold_results (
    search_id, trial, repeat, fold, attempt, worker, reason, seed, engine, engine_version,
    validation, training, confusion, epochs, training_rows, validation_rows, seconds, started_at, finished_at)
  VALUES (
    p_search, p_trial, p_repeat, p_fold, p_attempt, p_worker, p_reason, p_seed, p_engine, p_engine_version,
    p_validation, p_training, p_confusion, p_epochs, p_training_rows, p_validation_rows, p_seconds,
    p_started_at, p_finished_at);
  INSERT INTO fold_records (search_id, trial, repeat, fold, curves, predictions)
  VALUES (p_search, p_trial, p_repeat, p_fold, p_curves, p_predictions);
  IF stage.rung > 0 THEN
    DELETE FROM checkpoints
      WHERE search_id = p_search AND trial = p_trial AND repeat = p_repeat AND fold = p_fold;
  END IF;

  -- The reason is that of the first fold in order, not in time: two runs of a search must agree on it.
  UPDATE trials SET
    open_folds = open_folds - 1,
    state = CASE WHEN open_folds = 1 THEN 'completed' ELSE state END,
    reason = CASE WHEN open_folds = 1 THEN (
      SELECT r.reason FROM fold_results r
      WHERE r.search_id = p_search AND r.trial = p_trial AND r.reason IS NOT NULL
      ORDER BY r.repeat, r.fold LIMIT 1) END
  WHERE search_id = p_search AND number = p_trial
  RETURNING open_folds = 0 INTO STRICT trial_over;
  IF trial_over THEN
    names := names || 'trial'::text;
    data := data || json_build_object('trial', p_trial, 'status', 'completed');
  END IF;

  PERFORM advance_search(p_search, p_running => -trial_over::integer, p_completed => trial_over::integer,
    p_folds_completed => 1, p_names => names, p_data => data, p_due => true);
  UPDATE workers SET completed_folds = completed_folds + 1 WHERE id = p_worker;
  IF limited THEN
    PERFORM pg_notify('holdfast_work', p_search);
  END IF;
  RETURN 'accepted';
END $$;

-- Ends a running attempt without result; the caller holds the search's lock and has checked the attempt.
CREATE OR REPLACE FUNCTION end_attempt(
  p_search text, p_trial integer, p_repeat integer, p_fold integer, p_infrastructure boolean, p_reason text
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  -- A trial that fails by itself will do so again, but for a rare accident: one more try. A worker that was
  -- lost says nothing about the trial; so many losses say that the fold run itself ends its workers.
  own_retries CONSTANT integer := 1;
  losses_borne CONSTANT integer := 20;
  at CONSTANT timestamptz := clock_timestamp();
  again boolean;
  reason_given text := p_reason;
BEGIN
  UPDATE fold_runs SET
    own_errors = own_errors + (NOT p_infrastructure)::integer,
    infrastructure_losses = infrastructure_losses + p_infrastructure::integer
  WHERE search_id = p_search AND trial = p_trial AND repeat = p_repeat AND fold = p_fold AND state = 'running'
  RETURNING own_errors <= own_retries AND infrastructure_losses <= losses_borne INTO again;
  IF NOT FOUND THEN
    RETURN 'late';
  END IF;

  UPDATE fold_runs SET
    state = CASE WHEN again THEN 'queued'::fold_run_state ELSE 'failed' END,
    published_at = CASE WHEN again THEN NULL ELSE published_at END,
    finished_at = CASE WHEN again THEN NULL ELSE at END,
    worker = CASE WHEN again THEN NULL ELSE worker END,
    lease_until = NULL,
    reason = reason_given
  WHERE search_id = p_search AND trial = p_trial AND repeat = p_repeat AND fold = p_fold;
  IF again THEN
    PERFORM advance_search(p_search);
    PERFORM pg_notify('holdfast_work', p_search);
    RETURN 'requeued';
  END IF;

  UPDATE fold_runs SET state = 'cancelled', held = false, lease_until = NULL, finished_at = at
    WHERE search_id = p_search AND trial = p_trial AND state IN ('queued', 'running');
  DELETE FROM checkpoints WHERE search_id = p_search AND trial = p_trial;
  UPDATE trials SET state = 'failed', open_folds = 0, reason = reason_given
    WHERE search_id = p_search AND number = p_trial;
  -- Whether a worker is lost depends on the day: such an end would not come again.
  PERFORM advance_search(p_search, p_running => -1, p_failed => 1, p_repeatable => NOT p_infrastructure,
    p_names => '{fold,trial}',
    p_data => ARRAY[
      json_build_object('trial', p_trial, 'repeat', p_repeat, 'fold', p_fold, 'state', 'failed'),
      json_build_object('trial', p_trial, 'status', 'failed')],
    p_due => true);
  RETURN 'failed';
END $$;

-- Ends all that is open, with the status given; the caller holds the search's lock. Trials that end with it have no
-- events of their own: a search may have more of them than events are kept.
CREATE FUNCTION end_search(p_search text, p_status search_state, p_reason text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  waiting integer;
  running integer;
  to_come integer;
BEGIN
  SELECT trials_waiting, trials_running, trials_to_come INTO STRICT waiting, running, to_come
    FROM searches WHERE id = p_search;
  UPDATE fold_runs SET state = 'cancelled', held = false, lease_until = NULL, finished_at = clock_timestamp()
    WHERE search_id = p_search AND state IN ('queued', 'running');
  DELETE FROM checkpoints WHERE search_id = p_search;
  UPDATE trials SET state = 'cancelled', open_folds = 0
    WHERE search_id = p_search AND state IN ('waiting', 'running');
  PERFORM advance_search(p_search, p_waiting => -waiting, p_running => -running, p_to_come => -to_come,
    p_cancelled => waiting + running, p_status => p_status, p_repeatable => false, p_reason => p_reason);
END $$;

-- 'cancelled', 'over' (it was before), or 'absent'.
CREATE OR REPLACE FUNCTION cancel_search(p_search text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  old_status search_state;
BEGIN
  SELECT status INTO old_status FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'absent';
  END IF;
  IF old_status IN ('completed', 'failed', 'cancelled') THEN
    RETURN 'over';
  END IF;
  PERFORM end_search(p_search, 'cancelled', NULL);
  RETURN 'cancelled';
END $$;

-- Hands out nothing more; what is being trained is finished. 'paused' (also where it was before), 'over', 'absent'.
CREATE FUNCTION pause_search(p_search text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  old_status search_state;
BEGIN
  SELECT status INTO old_status FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'absent';
  END IF;
  IF old_status IN ('completed', 'failed', 'cancelled') THEN
    RETURN 'over';
  END IF;
  IF old_status <> 'paused' THEN
    PERFORM advance_search(p_search, p_status => 'paused');
  END IF;
  RETURN 'paused';
END $$;

-- 'resumed' (also where it was not paused), 'over', 'absent'.
CREATE FUNCTION resume_search(p_search text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  old_status search_state;
  begun boolean;
BEGIN
  SELECT status, started_at IS NOT NULL INTO old_status, begun
    FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'absent';
  END IF;
  IF old_status IN ('completed', 'failed', 'cancelled') THEN
    RETURN 'over';
  END IF;
  IF old_status = 'paused' THEN
    PERFORM advance_search(p_search, p_status => (CASE WHEN begun THEN 'running' ELSE 'queued' END)::search_state);
    PERFORM pg_notify('holdfast_work', p_search);
  END IF;
  RETURN 'resumed';
END $$;

-- Ends the searches whose time is up: how many. Paused time does not count.
CREATE FUNCTION end_overdue_searches() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  overdue record;
  ended integer := 0;
BEGIN
  FOR overdue IN
    SELECT id FROM searches
    WHERE status IN ('queued', 'running') AND max_seconds IS NOT NULL
      AND extract(epoch FROM clock_timestamp() - started_at) - paused_seconds >= max_seconds
    ORDER BY id
  LOOP
    PERFORM FROM searches WHERE id = overdue.id AND status IN ('queued', 'running') FOR NO KEY UPDATE;
    CONTINUE WHEN NOT FOUND;
    PERFORM end_search(id,
      (CASE WHEN trials_completed + trials_pruned > 0 THEN 'completed' ELSE 'failed' END)::search_state,
      format('The limit of %s seconds was reached.', max_seconds))
      FROM searches WHERE id = overdue.id;
    ended := ended + 1;
  END LOOP;
  RETURN ended;
END $$;

-- Inserts trials that are not there yet, each with a fold run for each pair of repeat and fold: how many. The first
-- `released` of them may run at once, until the epoch `untilEpoch` or to the end; the others are held.
CREATE FUNCTION insert_trials(
  p_search text, p_numbers integer[], p_trials json, p_repeats integer[], p_folds integer[]
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  inserted integer;
BEGIN
  WITH given AS (
    SELECT number, (e ->> 'proposal')::integer AS proposal, e -> 'params' AS params,
      (e ->> 'weightCount')::bigint AS weight_count, (e ->> 'cost')::float8 AS cost, e ->> 'note' AS note,
      (e ->> 'released')::integer AS released, (e ->> 'untilEpoch')::integer AS until_epoch
    FROM ROWS FROM (json_array_elements(p_trials), unnest(p_numbers)) AS t (e, number)
  ), added AS (
    INSERT INTO trials (search_id, number, proposal, params, weight_count, cost, open_folds, note)
    SELECT p_search, number, proposal, params, weight_count, cost, cardinality(p_repeats), note FROM given
    ON CONFLICT (search_id, number) DO NOTHING
    RETURNING number
  ), runs AS (
    INSERT INTO fold_runs (search_id, trial, repeat, fold, held, until_epoch)
    SELECT p_search, g.number, k.repeat, k.fold, k.place > g.released,
      CASE WHEN k.place <= g.released THEN g.until_epoch END
    FROM added JOIN given g USING (number)
    CROSS JOIN unnest(p_repeats, p_folds) WITH ORDINALITY AS k (repeat, fold, place)
  )
  SELECT count(*) INTO inserted FROM added;
  RETURN inserted;
END $$;

-- Ends trials that can win no more: each keeps the latest result of each of its fold runs. How many.
CREATE FUNCTION prune_trials(p_search text, p_trials integer[], p_reasons text[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  open_trials integer[];
  was_waiting integer;
  was_running integer;
  finished integer;
  names text[];
  data json[];
BEGIN
  SELECT array_agg(number ORDER BY number), count(*) FILTER (WHERE state = 'waiting'),
         count(*) FILTER (WHERE state = 'running'), array_agg('trial'::text),
         array_agg(json_build_object('trial', number, 'status', 'pruned') ORDER BY number)
    INTO open_trials, was_waiting, was_running, names, data
    FROM trials
    WHERE search_id = p_search AND number = ANY (p_trials) AND state IN ('waiting', 'running');
  IF open_trials IS NULL THEN
    RETURN 0;
  END IF;

  WITH latest AS (
    SELECT DISTINCT ON (r.trial, r.repeat, r.fold) r.*
    FROM rung_results r
    JOIN fold_runs f USING (search_id, trial, repeat, fold)
    WHERE r.search_id = p_search AND r.trial = ANY (open_trials) AND f.state = 'queued'
    ORDER BY r.trial, r.repeat, r.fold, r.rung DESC
  ), results AS (
    INSERT INTO fold_results (
      search_id, trial, repeat, fold, attempt, worker, reason, seed, engine, engine_version,
      validation, training, confusion, epochs, training_rows, validation_rows, seconds, started_at, finished_at)
    SELECT search_id, trial, repeat, fold, attempt, worker, reason, seed, engine, engine_version,
      validation, training, confusion, epochs, training_rows, validation_rows, seconds, started_at, finished_at
    FROM latest
    RETURNING search_id, trial, repeat, fold
  ), records AS (
    INSERT INTO fold_records (search_id, trial, repeat, fold, curves, predictions)
    SELECT l.search_id, l.trial, l.repeat, l.fold, l.curves, l.predictions
    FROM latest l JOIN results USING (search_id, trial, repeat, fold)
  )
  UPDATE fold_runs f SET
    state = 'completed', held = false, rung = l.rung, attempt = l.attempt, worker = l.worker, reason = l.reason,
    started_at = l.started_at, finished_at = l.finished_at
  FROM latest l
  WHERE f.search_id = l.search_id AND f.trial = l.trial AND f.repeat = l.repeat AND f.fold = l.fold;
  GET DIAGNOSTICS finished = ROW_COUNT;
  UPDATE fold_runs SET state = 'cancelled', held = false, lease_until = NULL, finished_at = clock_timestamp()
    WHERE search_id = p_search AND trial = ANY (open_trials) AND state IN ('queued', 'running');
  DELETE FROM checkpoints WHERE search_id = p_search AND trial = ANY (open_trials);
  UPDATE trials t SET state = 'pruned', open_folds = 0, reason = k.reason
    FROM unnest(p_trials, p_reasons) AS k (number, reason)
    WHERE t.search_id = p_search AND t.number = k.number AND t.number = ANY (open_trials);
  PERFORM advance_search(p_search, p_waiting => -was_waiting, p_running => -was_running,
    p_pruned => was_waiting + was_running, p_folds_completed => finished,
    p_names => names, p_data => data, p_due => true);
  RETURN cardinality(open_trials);
END $$;

-- Does what was decided from the search's results as they stood when it had been asked for decisions `p_asked`
-- times and `p_planned` trials were planned. Decisions are pure functions of results that never change, so a decision
-- made twice, or by two at once, is the same one, and is done once. `p_final`: of those planned none will be proposed
-- any more.
CREATE FUNCTION apply_decisions(
  p_search text, p_asked integer, p_planned integer,
  p_numbers integer[], p_trials json, p_repeats integer[], p_folds integer[],
  p_granted_trials integer[], p_granted_repeats integer[], p_granted_folds integer[],
  p_granted_rungs integer[], p_granted_epochs integer[],
  p_pruned integer[], p_reasons text[], p_final boolean
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  added integer;
  granted integer;
  left_to_come integer;
BEGIN
  SELECT trials_to_come INTO left_to_come FROM searches
    WHERE id = p_search AND status IN ('queued', 'running') FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  -- Meanwhile it may have been extended.
  p_final := p_final AND p_planned = left_to_come
    + (SELECT coalesce(max(proposal) + 1, 0) FROM trials WHERE search_id = p_search);
  UPDATE searches SET decisions_made = greatest(decisions_made, p_asked) WHERE id = p_search;

  added := insert_trials(p_search, p_numbers, p_trials, p_repeats, p_folds);
  UPDATE fold_runs f SET held = false, until_epoch = k.until_epoch
    FROM unnest(p_granted_trials, p_granted_repeats, p_granted_folds, p_granted_rungs, p_granted_epochs)
      AS k (trial, repeat, fold, rung, until_epoch)
    WHERE f.search_id = p_search AND f.trial = k.trial AND f.repeat = k.repeat AND f.fold = k.fold
      AND f.state = 'queued' AND f.held AND f.rung = k.rung;
  GET DIAGNOSTICS granted = ROW_COUNT;
  PERFORM prune_trials(p_search, p_pruned, p_reasons);
  IF added > 0 OR granted > 0 OR (p_final AND left_to_come > 0) THEN
    PERFORM advance_search(p_search, p_waiting => added,
      p_to_come => -(CASE WHEN p_final THEN left_to_come ELSE added END),
      p_folds_added => added * cardinality(p_repeats), p_due => added > 0);
    PERFORM pg_notify('holdfast_work', p_search);
  END IF;
END $$;

-- Adds a trial of the user's own with the next free number: that, or NULL where the search is over or absent.
CREATE FUNCTION add_own_trial(p_search text, p_trial json, p_repeats integer[], p_folds integer[])
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  own integer;
BEGIN
  PERFORM FROM searches WHERE id = p_search AND status IN ('queued', 'running', 'paused') FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  own := next_trial_number(p_search);
  PERFORM insert_trials(p_search, ARRAY[own], json_build_array(p_trial), p_repeats, p_folds);
  PERFORM advance_search(p_search, p_waiting => 1, p_folds_added => cardinality(p_repeats),
    p_names => '{trial}', p_data => ARRAY[json_build_object('trial', own, 'status', 'waiting')]);
  PERFORM pg_notify('holdfast_work', p_search);
  RETURN own;
END $$;

-- Trials to come have their numbers already.
CREATE FUNCTION next_trial_number(p_search text) RETURNS integer LANGUAGE sql AS $$
  SELECT greatest(
    s.trials_total + s.trials_to_come,
    (SELECT coalesce(max(number) + 1, 0) FROM trials WHERE search_id = p_search))
  FROM searches s WHERE s.id = p_search
$$;

-- Gives a search `p_more` trials more, from proposal `p_planned` on, with the spec that asks for them: 'extended',
-- 'changed' (it was extended by another meanwhile), 'over' (failed, cancelled, or its time is up) or 'absent'. Trials
-- given are inserted at once; without any, they are to come.
CREATE FUNCTION extend_search(
  p_search text, p_planned integer, p_more integer, p_spec json, p_trials json,
  p_repeats integer[], p_folds integer[]
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  standing record;
  first integer;
  added integer;
BEGIN
  SELECT status, spec, finished_at, started_at, trials_to_come, numbering,
      (SELECT coalesce(max(proposal) + 1, 0) FROM trials WHERE search_id = p_search) AS proposed,
      max_seconds IS NOT NULL
        AND extract(epoch FROM coalesce(finished_at, clock_timestamp()) - started_at) - paused_seconds >= max_seconds
        AS spent
    INTO standing FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'absent';
  END IF;
  IF standing.status IN ('failed', 'cancelled') OR standing.spent THEN
    RETURN 'over';
  END IF;
  IF standing.proposed + standing.trials_to_come <> p_planned THEN
    RETURN 'changed';
  END IF;
  first := next_trial_number(p_search);
  UPDATE searches s SET
    spec = p_spec,
    numbering = CASE WHEN first = p_planned AND numbering::text = '[]' THEN numbering
      ELSE (numbering::jsonb || jsonb_build_object('proposal', p_planned, 'number', first))::json END,
    test_seen = test_seen OR (SELECT reveals_used > 0 FROM datasets d WHERE d.id = s.dataset_id),
    paused_seconds = paused_seconds
      + coalesce(extract(epoch FROM clock_timestamp() - standing.finished_at), 0)
  WHERE id = p_search;
  added := insert_trials(p_search,
    ARRAY(SELECT generate_series(first, first + json_array_length(p_trials) - 1)), p_trials, p_repeats, p_folds);
  PERFORM advance_search(p_search, p_waiting => added, p_to_come => p_more - added,
    p_folds_added => added * cardinality(p_repeats), p_due => true,
    p_status => CASE WHEN standing.status = 'completed' THEN 'running'::search_state ELSE standing.status END,
    p_names => CASE WHEN standing.status = 'completed' THEN '{}'::text[] ELSE '{search}' END,
    p_data => CASE WHEN standing.status = 'completed' THEN '{}'::json[]
      ELSE ARRAY[json_build_object('status', standing.status)] END);
  PERFORM pg_notify('holdfast_work', p_search);
  RETURN 'extended';
END $$;
