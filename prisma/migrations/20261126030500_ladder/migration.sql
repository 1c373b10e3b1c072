-- How locked rows answer ----------------------------------------------------------------------------------------
-- `reveal`: few questions, each with all there is to say. `ladder`: many, each with the best score so far, which changes
-- only by a step. It belongs to the rows, as their budget does: other data sets that have them cannot change it.

ALTER TABLE "datasets" ADD COLUMN "test_protocol" TEXT NOT NULL DEFAULT 'reveal';
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_test_protocol_check" CHECK (test_protocol IN ('reveal', 'ladder'));

ALTER TABLE locked.pools
  ADD COLUMN protocol text NOT NULL DEFAULT 'reveal' CHECK (protocol IN ('reveal', 'ladder')),
  -- Whose test rows the ladder stands on. A second ladder on some of the same rows would tell what the first keeps.
  ADD COLUMN ladder_dataset text,
  ADD CHECK ((protocol = 'ladder') = (ladder_dataset IS NOT NULL));

-- Submissions to a ladder are evaluated in the order in which they stand on the ledger.
CREATE INDEX reveals_pool_entry_idx ON locked.reveals (pool_id, ledger_entry);

-- A trial of one's own, thought of after the test was seen, is one more look at it ----------------------------------

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
    test_seen = test_seen OR (SELECT reveals_used > 0 FROM datasets d WHERE d.id = s.dataset_id)
  WHERE id = p_search;
  PERFORM advance_search(p_search, p_waiting => 1, p_folds_added => cardinality(p_repeats),
    p_names => '{trial}', p_data => ARRAY[json_build_object('trial', own, 'status', 'waiting')]);
  PERFORM pg_notify('holdfast_work', p_search);
  RETURN own;
END $$;
