-- As before, but each fold run is looked up by its whole key: as a join, Postgres may read all fold runs of the search for
-- the few that are claimed, which costs a search of 100,000 trials more than its trainings do.
CREATE OR REPLACE FUNCTION claim_fold_runs(
  p_search text, p_worker text, p_lease_seconds double precision,
  p_trials integer[], p_repeats integer[], p_folds integer[]
) RETURNS TABLE (trial integer, repeat integer, fold integer, attempt integer, params json, "untilEpoch" integer, rung integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  at timestamptz;
  most integer;
  room bigint := cardinality(p_trials);
  claims integer := 0;
  wanted record;
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
  END IF;

  FOR wanted IN
    SELECT DISTINCT k.trial, k.repeat, k.fold FROM unnest(p_trials, p_repeats, p_folds) AS k (trial, repeat, fold)
    ORDER BY k.trial, k.repeat, k.fold
  LOOP
    EXIT WHEN claims >= room;
    RETURN QUERY
      UPDATE fold_runs f SET
        state = 'running', attempt = f.attempt + 1, worker = p_worker, started_at = at,
        lease_until = at + p_lease_seconds * interval '1 second'
      WHERE f.search_id = p_search AND f.trial = wanted.trial AND f.repeat = wanted.repeat AND f.fold = wanted.fold
        AND f.state = 'queued' AND NOT f.held
      RETURNING f.trial, f.repeat::integer, f.fold::integer, f.attempt,
        (SELECT t.params FROM trials t WHERE t.search_id = p_search AND t.number = wanted.trial), f.until_epoch,
        f.rung::integer;
    IF FOUND THEN
      claims := claims + 1;
    END IF;
  END LOOP;
  IF most IS NOT NULL THEN
    FOR wanted IN SELECT * FROM unnest(p_trials, p_repeats, p_folds) AS k (trial, repeat, fold) LOOP
      UPDATE fold_runs f SET published_at = NULL
      WHERE f.search_id = p_search AND f.trial = wanted.trial AND f.repeat = wanted.repeat AND f.fold = wanted.fold
        AND f.state = 'queued';
    END LOOP;
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
