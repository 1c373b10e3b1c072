-- The transitions of searches, trials and fold runs. Each is one function, hence one statement: it happens
-- whole or not at all, whatever dies in between.
--
-- Each locks the search's row first, then writes trials, then fold runs, then the worker: one order for all,
-- so that no two can wait for each other. Only the publishing of fold runs skips the search's lock; it never
-- waits for one either (SKIP LOCKED). Times are clock_timestamp(): now() is the start of the statement, which
-- may have waited for the lock.

-- The one writer of a search's counters, status, revision and events. The caller holds the row's lock. Deltas are
-- added to the counters; the search is over when no trial is open any more. Each event has a revision of its
-- own; a change without event (a fold run claimed, given back) raises the revision by one.
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
  p_data json[] DEFAULT '{}'
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
BEGIN
  SELECT revision, status, trials_waiting + trials_running + p_waiting + p_running,
         trials_completed + trials_pruned + p_completed
    INTO STRICT before, old_status, open_trials, good_trials
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
    reason = coalesce(new_reason, reason),
    repeatable = repeatable AND p_repeatable,
    trials_waiting = trials_waiting + p_waiting,
    trials_running = trials_running + p_running,
    trials_completed = trials_completed + p_completed,
    trials_failed = trials_failed + p_failed,
    trials_cancelled = trials_cancelled + p_cancelled,
    folds_completed = folds_completed + p_folds_completed,
    started_at = CASE WHEN new_status = 'running' THEN coalesce(started_at, at) ELSE started_at END,
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
END $$;

-- Hands fold runs to a worker. Those that are not queued (any more) are left out of the answer.
CREATE FUNCTION claim_fold_runs(
  p_search text, p_worker text, p_lease_seconds double precision,
  p_trials integer[], p_repeats integer[], p_folds integer[]
) RETURNS TABLE (trial integer, repeat integer, fold integer, attempt integer, params json)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  at timestamptz;
  claims integer;
  started integer;
  names text[];
  data json[];
BEGIN
  PERFORM FROM searches WHERE id = p_search AND status IN ('queued', 'running') FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  at := clock_timestamp();

  RETURN QUERY
    WITH claimed AS (
      UPDATE fold_runs f SET
        state = 'running', attempt = f.attempt + 1, worker = p_worker, started_at = at,
        lease_until = at + p_lease_seconds * interval '1 second'
      FROM unnest(p_trials, p_repeats, p_folds) AS k (trial, repeat, fold)
      WHERE f.search_id = p_search AND f.trial = k.trial AND f.repeat = k.repeat AND f.fold = k.fold
        AND f.state = 'queued'
      RETURNING f.trial, f.repeat, f.fold, f.attempt
    )
    SELECT c.trial, c.repeat::integer, c.fold::integer, c.attempt, t.params
    FROM claimed c JOIN trials t ON t.search_id = p_search AND t.number = c.trial
    ORDER BY c.trial, c.repeat, c.fold;
  GET DIAGNOSTICS claims = ROW_COUNT;
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

-- Those claims whose lease runs on; the others are lost to the worker.
CREATE FUNCTION renew_leases(
  p_worker text, p_lease_seconds double precision,
  p_searches text[], p_trials integer[], p_repeats integer[], p_folds integer[], p_attempts integer[]
) RETURNS TABLE (search text, trial integer, repeat integer, fold integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  -- In the order of ids: the only place that holds several searches at once.
  PERFORM FROM searches WHERE id = ANY (p_searches) ORDER BY id FOR NO KEY UPDATE;
  RETURN QUERY
    UPDATE fold_runs f SET lease_until = clock_timestamp() + p_lease_seconds * interval '1 second'
    FROM unnest(p_searches, p_trials, p_repeats, p_folds, p_attempts) AS k (search, trial, repeat, fold, attempt)
    WHERE f.search_id = k.search AND f.trial = k.trial AND f.repeat = k.repeat AND f.fold = k.fold
      AND f.attempt = k.attempt AND f.worker = p_worker AND f.state = 'running'
    RETURNING f.search_id, f.trial, f.repeat::integer, f.fold::integer;
END $$;

-- Accepts a result where its attempt still holds the fold run: 'accepted' or 'late'.
CREATE FUNCTION accept_fold_result(
  p_search text, p_trial integer, p_repeat integer, p_fold integer, p_attempt integer, p_worker text,
  p_reason text, p_seed text, p_engine text, p_engine_version text,
  p_validation json, p_training json, p_confusion json,
  p_epochs integer, p_training_rows integer, p_validation_rows integer,
  p_seconds double precision, p_started_at timestamptz, p_finished_at timestamptz,
  p_curves json, p_predictions bytea
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  trial_over boolean;
  names text[] := '{fold}';
  data json[] := ARRAY[json_build_object('trial', p_trial, 'repeat', p_repeat, 'fold', p_fold, 'state', 'completed')];
BEGIN
  PERFORM FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'late';
  END IF;

  UPDATE fold_runs SET
    state = 'completed', worker = p_worker, reason = p_reason, lease_until = NULL,
    started_at = p_started_at, finished_at = p_finished_at
  WHERE search_id = p_search AND trial = p_trial AND repeat = p_repeat AND fold = p_fold
    AND state = 'running' AND attempt = p_attempt;
  IF NOT FOUND THEN
    -- A result sent twice because the first answer was lost is not one that came late.
    UPDATE searches SET late_results = late_results + 1
    WHERE id = p_search AND NOT EXISTS (
      SELECT FROM fold_results
      WHERE search_id = p_search AND trial = p_trial AND repeat = p_repeat AND fold = p_fold
        AND attempt = p_attempt);
    RETURN 'late';
  END IF;

  INSERT INTO fold_results (
    search_id, trial, repeat, fold, attempt, worker, reason, seed, engine, engine_version,
    validation, training, confusion, epochs, training_rows, validation_rows, seconds, started_at, finished_at)
  VALUES (
    p_search, p_trial, p_repeat, p_fold, p_attempt, p_worker, p_reason, p_seed, p_engine, p_engine_version,
    p_validation, p_training, p_confusion, p_epochs, p_training_rows, p_validation_rows, p_seconds,
    p_started_at, p_finished_at);
  INSERT INTO fold_records (search_id, trial, repeat, fold, curves, predictions)
  VALUES (p_search, p_trial, p_repeat, p_fold, p_curves, p_predictions);

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
    p_folds_completed => 1, p_names => names, p_data => data);
  UPDATE workers SET completed_folds = completed_folds + 1 WHERE id = p_worker;
  RETURN 'accepted';
END $$;

-- Ends a running attempt without result; the caller holds the search's lock and has checked the attempt.
CREATE FUNCTION end_attempt(
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

  UPDATE fold_runs SET state = 'cancelled', lease_until = NULL, finished_at = at
    WHERE search_id = p_search AND trial = p_trial AND state IN ('queued', 'running');
  UPDATE trials SET state = 'failed', open_folds = 0, reason = reason_given
    WHERE search_id = p_search AND number = p_trial;
  -- Whether a worker is lost depends on the day: such an end would not come again.
  PERFORM advance_search(p_search, p_running => -1, p_failed => 1, p_repeatable => NOT p_infrastructure,
    p_names => '{fold,trial}',
    p_data => ARRAY[
      json_build_object('trial', p_trial, 'repeat', p_repeat, 'fold', p_fold, 'state', 'failed'),
      json_build_object('trial', p_trial, 'status', 'failed')]);
  RETURN 'failed';
END $$;

-- A worker says that an attempt failed: 'requeued', 'failed' or 'late'.
CREATE FUNCTION fail_fold_run(
  p_search text, p_trial integer, p_repeat integer, p_fold integer, p_attempt integer, p_worker text,
  p_infrastructure boolean, p_reason text
) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  IF NOT EXISTS (
    SELECT FROM fold_runs
    WHERE search_id = p_search AND trial = p_trial AND repeat = p_repeat AND fold = p_fold
      AND state = 'running' AND attempt = p_attempt AND worker = p_worker
  ) THEN
    RETURN 'late';
  END IF;
  RETURN end_attempt(p_search, p_trial, p_repeat, p_fold, p_infrastructure, p_reason);
END $$;

-- A worker that is asked to stop hands back what it has not finished: nobody's fault, so nothing is counted.
CREATE FUNCTION give_back_fold_runs(
  p_search text, p_worker text, p_trials integer[], p_repeats integer[], p_folds integer[], p_attempts integer[]
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  given_back integer;
BEGIN
  PERFORM FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  UPDATE fold_runs f SET
    state = 'queued', published_at = NULL, lease_until = NULL, worker = NULL, started_at = NULL
  FROM unnest(p_trials, p_repeats, p_folds, p_attempts) AS k (trial, repeat, fold, attempt)
  WHERE f.search_id = p_search AND f.trial = k.trial AND f.repeat = k.repeat AND f.fold = k.fold
    AND f.attempt = k.attempt AND f.worker = p_worker AND f.state = 'running';
  GET DIAGNOSTICS given_back = ROW_COUNT;
  IF given_back > 0 THEN
    PERFORM advance_search(p_search);
    PERFORM pg_notify('holdfast_work', p_search);
  END IF;
  RETURN given_back;
END $$;

-- Takes fold runs of one search from workers that let their leases lapse: how many.
CREATE FUNCTION expire_leases(p_search text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  lost record;
  expired integer := 0;
BEGIN
  PERFORM FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  FOR lost IN
    SELECT trial, repeat, fold, worker FROM fold_runs
    WHERE search_id = p_search AND state = 'running' AND lease_until < clock_timestamp()
    ORDER BY trial, repeat, fold
  LOOP
    -- One before it in this loop may have failed the trial, and cancelled this one with it: then it is 'late'.
    IF end_attempt(p_search, lost.trial, lost.repeat, lost.fold, true,
      format('The lease ran out: worker %s was lost, or stood still.', lost.worker)) <> 'late' THEN
      expired := expired + 1;
    END IF;
  END LOOP;
  RETURN expired;
END $$;

-- 'cancelled', 'over' (it was before), or 'absent'. Trials that end with it have no events of their own: a
-- search may have more of them than events are kept.
CREATE FUNCTION cancel_search(p_search text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  old_status search_state;
  waiting integer;
  running integer;
BEGIN
  SELECT status, trials_waiting, trials_running INTO old_status, waiting, running
    FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'absent';
  END IF;
  IF old_status IN ('completed', 'failed', 'cancelled') THEN
    RETURN 'over';
  END IF;
  UPDATE fold_runs SET state = 'cancelled', lease_until = NULL, finished_at = clock_timestamp()
    WHERE search_id = p_search AND state IN ('queued', 'running');
  UPDATE trials SET state = 'cancelled', open_folds = 0
    WHERE search_id = p_search AND state IN ('waiting', 'running');
  PERFORM advance_search(p_search, p_waiting => -waiting, p_running => -running,
    p_cancelled => waiting + running, p_status => 'cancelled', p_repeatable => false);
  RETURN 'cancelled';
END $$;
