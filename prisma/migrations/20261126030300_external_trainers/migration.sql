-- Searches whose trials somebody else trains, by asking and telling over HTTP. Their data may be with the trainer.

-- CreateEnum
CREATE TYPE "trainer" AS ENUM ('holdfast', 'external');

-- AlterTable
ALTER TABLE "searches" ADD COLUMN     "trainer" "trainer" NOT NULL DEFAULT 'holdfast',
ALTER COLUMN "dataset_id" DROP NOT NULL;

-- Whoever trains here needs the data here.
ALTER TABLE searches ADD CONSTRAINT searches_trainer_check CHECK (trainer = 'external' OR dataset_id IS NOT NULL);

-- A trainer's fold run: the one that it holds, its lease renewed, else the next in the order of trials, claimed for it.
-- `outcome`: 'granted'; 'none' where nothing is ready, or the search is paused; 'over'; 'absent', also for a search that
-- our own workers train. The search's row is locked throughout, so that two that ask at once never get the same.
CREATE FUNCTION ask_fold_run(p_search text, p_client text, p_lease_seconds double precision)
RETURNS TABLE (
  outcome text, status search_state, trial integer, repeat integer, fold integer, attempt integer, params json,
  "untilEpoch" integer, rung integer, "leaseUntil" timestamptz
)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  at timestamptz;
  standing search_state;
  found_trial integer;
  found_repeat integer;
  found_fold integer;
BEGIN
  SELECT s.status INTO standing FROM searches s
    WHERE s.id = p_search AND s.trainer = 'external' FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'absent', NULL::search_state, NULL::integer, NULL::integer, NULL::integer, NULL::integer,
      NULL::json, NULL::integer, NULL::integer, NULL::timestamptz;
    RETURN;
  END IF;
  at := clock_timestamp();

  UPDATE fold_runs f SET lease_until = greatest(f.lease_until, at + p_lease_seconds * interval '1 second')
  WHERE f.search_id = p_search AND f.state = 'running' AND f.worker = p_client
    AND (f.state = 'running' OR (f.state = 'queued' AND f.published_at IS NOT NULL))
  RETURNING f.trial, f.repeat, f.fold INTO found_trial, found_repeat, found_fold;
  IF NOT FOUND AND standing IN ('queued', 'running') THEN
    SELECT t.number, f.repeat, f.fold INTO found_trial, found_repeat, found_fold
    FROM trials t CROSS JOIN LATERAL (
      SELECT r.repeat, r.fold FROM fold_runs r
      WHERE r.search_id = t.search_id AND r.trial = t.number
        AND r.state = 'queued' AND r.published_at IS NULL AND NOT r.held
      ORDER BY r.repeat, r.fold LIMIT 1
    ) f
    WHERE t.search_id = p_search AND t.state IN ('waiting', 'running')
    ORDER BY t.number LIMIT 1;
    IF FOUND THEN
      -- None where the search's concurrency leaves no room.
      PERFORM FROM claim_fold_runs(p_search, p_client, p_lease_seconds,
        ARRAY[found_trial], ARRAY[found_repeat], ARRAY[found_fold]);
    END IF;
    standing := (SELECT s.status FROM searches s WHERE s.id = p_search);
  END IF;

  RETURN QUERY
    SELECT 'granted', standing, f.trial, f.repeat::integer, f.fold::integer, f.attempt, t.params, f.until_epoch,
      f.rung::integer, f.lease_until
    FROM fold_runs f JOIN trials t ON t.search_id = f.search_id AND t.number = f.trial
    WHERE f.search_id = p_search AND f.trial = found_trial AND f.repeat = found_repeat AND f.fold = found_fold
      AND f.state = 'running' AND f.worker = p_client;
  IF NOT FOUND THEN
    RETURN QUERY SELECT CASE WHEN standing IN ('completed', 'failed', 'cancelled') THEN 'over' ELSE 'none' END, standing,
      NULL::integer, NULL::integer, NULL::integer, NULL::integer, NULL::json, NULL::integer, NULL::integer,
      NULL::timestamptz;
  END IF;
END $$;

-- Gives a search `p_more` trials more, from proposal `p_planned` on, with the spec that asks for them: 'extended',
-- 'changed' (it was extended by another meanwhile), 'over' (failed, cancelled, or its time is up) or 'absent'. Trials
-- given are inserted at once; without any, they are to come.
CREATE OR REPLACE FUNCTION extend_search(
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
    test_seen = test_seen
      OR coalesce((SELECT reveals_used > 0 FROM datasets d WHERE d.id = s.dataset_id), false),
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
