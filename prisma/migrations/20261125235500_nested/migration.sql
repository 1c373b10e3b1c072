-- Nested cross-validation: searches that are part of another; requests that are done once; progress that leaves out what
-- is needed no more.

-- AlterTable
ALTER TABLE "searches" ADD COLUMN     "nested_in" TEXT,
ADD COLUMN     "outer_fold" SMALLINT;

-- CreateTable
CREATE TABLE "search_requests" (
    "search_id" TEXT NOT NULL,
    "request" TEXT NOT NULL,
    "trial" INTEGER,

    CONSTRAINT "search_requests_pkey" PRIMARY KEY ("search_id","request")
);

-- CreateIndex
CREATE UNIQUE INDEX "searches_nested_in_outer_fold_key" ON "searches"("nested_in", "outer_fold");

-- AddForeignKey
ALTER TABLE "searches" ADD CONSTRAINT "searches_nested_in_fkey" FOREIGN KEY ("nested_in") REFERENCES "searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "search_requests" ADD CONSTRAINT "search_requests_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is part of another search is not part of a part; one search alone scores the outer folds.
ALTER TABLE searches ADD CONSTRAINT searches_nested_check CHECK (nested_in IS NOT NULL OR outer_fold IS NULL);
CREATE UNIQUE INDEX searches_evaluation_key ON searches (nested_in) WHERE outer_fold IS NULL;

-- Once an inner search is over, what it chose is to be scored.
CREATE FUNCTION tell_of_inner_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('holdfast_work', NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER inner_searches_over AFTER UPDATE OF status ON searches FOR EACH ROW
  WHEN (NEW.outer_fold IS NOT NULL AND NEW.status IN ('completed', 'failed', 'cancelled') AND NEW.status <> OLD.status)
  EXECUTE FUNCTION tell_of_inner_search();

-- Transitions ---------------------------------------------------------------------------------------------

-- Ends trials that can win no more: each keeps the latest result of each of its fold runs. How many. What they would
-- have trained is needed no more, and is no part of the search's progress.
CREATE OR REPLACE FUNCTION prune_trials(p_search text, p_trials integer[], p_reasons text[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  open_trials integer[];
  was_waiting integer;
  was_running integer;
  finished integer;
  dropped integer;
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
  GET DIAGNOSTICS dropped = ROW_COUNT;
  DELETE FROM checkpoints WHERE search_id = p_search AND trial = ANY (open_trials);
  UPDATE trials t SET state = 'pruned', open_folds = 0, reason = k.reason
    FROM unnest(p_trials, p_reasons) AS k (number, reason)
    WHERE t.search_id = p_search AND t.number = k.number AND t.number = ANY (open_trials);
  PERFORM advance_search(p_search, p_waiting => -was_waiting, p_running => -was_running,
    p_pruned => was_waiting + was_running, p_folds_completed => finished, p_folds_added => -dropped,
    p_names => names, p_data => data, p_due => true);
  RETURN cardinality(open_trials);
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
  dropped integer;
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
  GET DIAGNOSTICS dropped = ROW_COUNT;
  DELETE FROM checkpoints WHERE search_id = p_search AND trial = p_trial;
  UPDATE trials SET state = 'failed', open_folds = 0, reason = reason_given
    WHERE search_id = p_search AND number = p_trial;
  -- Whether a worker is lost depends on the day: such an end would not come again.
  PERFORM advance_search(p_search, p_running => -1, p_failed => 1, p_folds_added => -dropped,
    p_repeatable => NOT p_infrastructure,
    p_names => '{fold,trial}',
    p_data => ARRAY[
      json_build_object('trial', p_trial, 'repeat', p_repeat, 'fold', p_fold, 'state', 'failed'),
      json_build_object('trial', p_trial, 'status', 'failed')],
    p_due => true);
  RETURN 'failed';
END $$;

DROP FUNCTION end_search(text, search_state, text);

-- Ends all that is open, with the status given; the caller holds the search's lock. Trials that end with it have no
-- events of their own: a search may have more of them than events are kept.
CREATE FUNCTION end_search(
  p_search text, p_status search_state, p_reason text, p_repeatable boolean DEFAULT false
) RETURNS void LANGUAGE plpgsql AS $$
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
    p_cancelled => waiting + running, p_status => p_status, p_repeatable => p_repeatable, p_reason => p_reason);
END $$;

-- A search and what is nested in it, locked in the order of ids: as `renew_leases` does, which also holds several.
CREATE FUNCTION lock_with_nested(p_search text) RETURNS void LANGUAGE sql AS $$
  SELECT FROM searches WHERE id = p_search OR nested_in = p_search ORDER BY id FOR NO KEY UPDATE
$$;

-- 'cancelled', 'over' (it was before, and all that is nested in it), or 'absent'.
CREATE OR REPLACE FUNCTION cancel_search(p_search text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  open_search text;
  ended integer := 0;
BEGIN
  PERFORM lock_with_nested(p_search);
  IF NOT EXISTS (SELECT FROM searches WHERE id = p_search) THEN
    RETURN 'absent';
  END IF;
  FOR open_search IN
    SELECT id FROM searches WHERE (id = p_search OR nested_in = p_search)
      AND status IN ('queued', 'running', 'paused') ORDER BY id
  LOOP
    PERFORM end_search(open_search, 'cancelled', NULL);
    ended := ended + 1;
  END LOOP;
  RETURN CASE WHEN ended > 0 THEN 'cancelled' ELSE 'over' END;
END $$;

-- Hands out nothing more, of what is nested in it neither; what is being trained is finished. 'paused' (also where it was
-- before), 'over', 'absent'.
CREATE OR REPLACE FUNCTION pause_search(p_search text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  open_search record;
  paused integer := 0;
BEGIN
  PERFORM lock_with_nested(p_search);
  IF NOT EXISTS (SELECT FROM searches WHERE id = p_search) THEN
    RETURN 'absent';
  END IF;
  FOR open_search IN
    SELECT id, status FROM searches WHERE (id = p_search OR nested_in = p_search)
      AND status IN ('queued', 'running', 'paused') ORDER BY id
  LOOP
    IF open_search.status <> 'paused' THEN
      PERFORM advance_search(open_search.id, p_status => 'paused');
    END IF;
    paused := paused + 1;
  END LOOP;
  RETURN CASE WHEN paused > 0 THEN 'paused' ELSE 'over' END;
END $$;

-- 'resumed' (also where it was not paused), 'over', 'absent'.
CREATE OR REPLACE FUNCTION resume_search(p_search text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  open_search record;
  resumed integer := 0;
BEGIN
  PERFORM lock_with_nested(p_search);
  IF NOT EXISTS (SELECT FROM searches WHERE id = p_search) THEN
    RETURN 'absent';
  END IF;
  FOR open_search IN
    SELECT id, status, started_at IS NOT NULL AS begun FROM searches
      WHERE (id = p_search OR nested_in = p_search) AND status IN ('queued', 'running', 'paused') ORDER BY id
  LOOP
    IF open_search.status = 'paused' THEN
      PERFORM advance_search(open_search.id,
        p_status => (CASE WHEN open_search.begun THEN 'running' ELSE 'queued' END)::search_state);
      PERFORM pg_notify('holdfast_work', open_search.id);
    END IF;
    resumed := resumed + 1;
  END LOOP;
  RETURN CASE WHEN resumed > 0 THEN 'resumed' ELSE 'over' END;
END $$;

-- Ends the scoring of outer folds where one of them has nothing to score: an outcome, not an accident.
CREATE FUNCTION fail_evaluation(p_search text, p_reason text, p_repeatable boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM searches WHERE id = p_search AND status IN ('queued', 'running') FOR NO KEY UPDATE;
  IF FOUND THEN
    PERFORM end_search(p_search, 'failed', p_reason, p_repeatable);
  END IF;
END $$;

DROP FUNCTION add_own_trial(text, json, integer[], integer[]);

-- Adds a trial of the user's own with the next free number: that, or NULL where the search is over or absent. What was
-- asked for by the same request before is not done again.
CREATE FUNCTION add_own_trial(
  p_search text, p_trial json, p_repeats integer[], p_folds integer[], p_request text
)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  own integer;
BEGIN
  PERFORM FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  SELECT trial INTO own FROM search_requests WHERE search_id = p_search AND request = p_request;
  IF FOUND THEN
    RETURN own;
  END IF;
  IF NOT EXISTS (SELECT FROM searches WHERE id = p_search AND status IN ('queued', 'running', 'paused')) THEN
    RETURN NULL;
  END IF;
  own := next_trial_number(p_search);
  PERFORM insert_trials(p_search, ARRAY[own], json_build_array(p_trial), p_repeats, p_folds);
  INSERT INTO search_requests (search_id, request, trial) VALUES (p_search, p_request, own);
  PERFORM advance_search(p_search, p_waiting => 1, p_folds_added => cardinality(p_repeats),
    p_names => '{trial}', p_data => ARRAY[json_build_object('trial', own, 'status', 'waiting')]);
  PERFORM pg_notify('holdfast_work', p_search);
  RETURN own;
END $$;

DROP FUNCTION extend_search(text, integer, integer, json, json, integer[], integer[]);

-- Gives a search `p_more` trials more, from proposal `p_planned` on, with the spec that asks for them: 'extended',
-- 'changed' (it was extended by another meanwhile), 'over' (failed, cancelled, or its time is up) or 'absent'. Trials
-- given are inserted at once; without any, they are to come.
CREATE FUNCTION extend_search(
  p_search text, p_planned integer, p_more integer, p_spec json, p_trials json,
  p_repeats integer[], p_folds integer[], p_request text
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
  IF EXISTS (SELECT FROM search_requests WHERE search_id = p_search AND request = p_request) THEN
    RETURN 'extended';
  END IF;
  IF standing.status IN ('failed', 'cancelled') OR standing.spent THEN
    RETURN 'over';
  END IF;
  IF standing.proposed + standing.trials_to_come <> p_planned THEN
    RETURN 'changed';
  END IF;
  INSERT INTO search_requests (search_id, request) VALUES (p_search, p_request);
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
