-- Own trials of a search whose data are with its trainer, so that there are no test rows that could have been seen.

-- Adds a trial of the user's own with the next free number: that, or NULL where the search is over or absent. What was
-- asked for by the same request before is not done again.
CREATE OR REPLACE FUNCTION add_own_trial(
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
  UPDATE searches s SET
    test_seen = test_seen
      OR coalesce((SELECT reveals_used > 0 FROM datasets d WHERE d.id = s.dataset_id), false)
  WHERE id = p_search;
  PERFORM advance_search(p_search, p_waiting => 1, p_folds_added => cardinality(p_repeats),
    p_names => '{trial}', p_data => ARRAY[json_build_object('trial', own, 'status', 'waiting')]);
  PERFORM pg_notify('holdfast_work', p_search);
  RETURN own;
END $$;
