-- Results are accepted several at a time: of short fold runs the commit, the search's row, its revision and the
-- notification cost more than all else, and are now paid once for a batch.

DROP FUNCTION accept_fold_result(
  text, integer, integer, integer, integer, text, text, text, text, text, json, json, json, integer, integer, integer,
  double precision, timestamptz, timestamptz, json, bytea, bytea);

-- Accepts results of one search, each where its attempt still holds the fold run: for each, in the order given,
-- 'accepted' or 'late'. A result of a rung that is not the last is kept beside; the fold run is held until its trial is
-- promoted or pruned. Predictions and checkpoints of all stand one after the other in two strings of bytes; each result
-- says how many are its own (0 for none).
CREATE FUNCTION accept_fold_results(
  p_search text, p_worker text, p_results json, p_predictions bytea, p_checkpoints bytea
) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
  limited boolean;
  given record;
  stage record;
  trial_over boolean;
  outcomes text[] := '{}';
  accepted integer := 0;
  folds_over integer := 0;
  trials_over integer := 0;
  names text[] := '{}';
  data json[] := '{}';
  own_predictions bytea;
  own_checkpoint bytea;
  predictions_from integer := 1;
  checkpoints_from integer := 1;
BEGIN
  SELECT concurrency IS NOT NULL INTO limited FROM searches WHERE id = p_search FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN array_fill('late'::text, ARRAY[json_array_length(p_results)]);
  END IF;

  FOR given IN
    SELECT * FROM json_to_recordset(p_results) AS r (
      trial integer, repeat integer, fold integer, attempt integer, reason text, seed text, engine text,
      "engineVersion" text, validation json, training json, confusion json, epochs integer,
      "trainingRows" integer, "validationRows" integer, seconds double precision,
      "startedAt" timestamptz, "finishedAt" timestamptz, curves json,
      "predictionsBytes" integer, "checkpointBytes" integer)
  LOOP
    own_predictions := CASE WHEN given."predictionsBytes" > 0
      THEN substring(p_predictions FROM predictions_from FOR given."predictionsBytes") END;
    own_checkpoint := CASE WHEN given."checkpointBytes" > 0
      THEN substring(p_checkpoints FROM checkpoints_from FOR given."checkpointBytes") END;
    predictions_from := predictions_from + given."predictionsBytes";
    checkpoints_from := checkpoints_from + given."checkpointBytes";

    SELECT rung, until_epoch INTO stage FROM fold_runs
    WHERE search_id = p_search AND trial = given.trial AND repeat = given.repeat AND fold = given.fold
      AND state = 'running' AND attempt = given.attempt;
    IF NOT FOUND THEN
      -- A result sent twice because the first answer was lost is not one that came late.
      UPDATE searches SET late_results = late_results + 1
      WHERE id = p_search AND NOT EXISTS (
        SELECT FROM fold_results
        WHERE search_id = p_search AND trial = given.trial AND repeat = given.repeat AND fold = given.fold
          AND attempt = given.attempt)
      AND NOT EXISTS (
        SELECT FROM rung_results
        WHERE search_id = p_search AND trial = given.trial AND repeat = given.repeat AND fold = given.fold
          AND attempt = given.attempt);
      outcomes := outcomes || 'late'::text;
      CONTINUE;
    END IF;
    outcomes := outcomes || 'accepted'::text;
    accepted := accepted + 1;

    IF stage.until_epoch IS NOT NULL THEN
      UPDATE fold_runs SET
        state = 'queued', held = true, rung = rung + 1, until_epoch = NULL,
        published_at = NULL, worker = NULL, lease_until = NULL, started_at = NULL, reason = NULL
      WHERE search_id = p_search AND trial = given.trial AND repeat = given.repeat AND fold = given.fold;
      INSERT INTO rung_results (
        search_id, trial, repeat, fold, rung, attempt, worker, reason, seed, engine, engine_version,
        validation, training, confusion, epochs, training_rows, validation_rows, seconds, started_at, finished_at,
        curves, predictions)
      VALUES (
        p_search, given.trial, given.repeat, given.fold, stage.rung, given.attempt, p_worker, given.reason, given.seed,
        given.engine, given."engineVersion", given.validation, given.training, given.confusion, given.epochs,
        given."trainingRows", given."validationRows", given.seconds, given."startedAt", given."finishedAt",
        given.curves, own_predictions);
      IF own_checkpoint IS NOT NULL THEN
        INSERT INTO checkpoints (search_id, trial, repeat, fold, bytes)
        VALUES (p_search, given.trial, given.repeat, given.fold, own_checkpoint)
        ON CONFLICT (search_id, trial, repeat, fold) DO UPDATE SET bytes = excluded.bytes;
      END IF;
      CONTINUE;
    END IF;

    UPDATE fold_runs SET
      state = 'completed', worker = p_worker, reason = given.reason, lease_until = NULL,
      started_at = given."startedAt", finished_at = given."finishedAt"
    WHERE search_id = p_search AND trial = given.trial AND repeat = given.repeat AND fold = given.fold;
    INSERT INTO fold_results (
      search_id, trial, repeat, fold, attempt, worker, reason, seed, engine, engine_version,
      validation, training, confusion, epochs, training_rows, validation_rows, seconds, started_at, finished_at)
    VALUES (
      p_search, given.trial, given.repeat, given.fold, given.attempt, p_worker, given.reason, given.seed, given.engine,
      given."engineVersion", given.validation, given.training, given.confusion, given.epochs, given."trainingRows",
      given."validationRows", given.seconds, given."startedAt", given."finishedAt");
    INSERT INTO fold_records (search_id, trial, repeat, fold, curves, predictions)
    VALUES (p_search, given.trial, given.repeat, given.fold, given.curves, own_predictions);
    IF stage.rung > 0 THEN
      DELETE FROM checkpoints
        WHERE search_id = p_search AND trial = given.trial AND repeat = given.repeat AND fold = given.fold;
    END IF;
    folds_over := folds_over + 1;
    names := names || 'fold'::text;
    data := data || json_build_object(
      'trial', given.trial, 'repeat', given.repeat, 'fold', given.fold, 'state', 'completed');

    -- The reason is that of the first fold in order, not in time: two runs of a search must agree on it.
    UPDATE trials SET
      open_folds = open_folds - 1,
      state = CASE WHEN open_folds = 1 THEN 'completed' ELSE state END,
      reason = CASE WHEN open_folds = 1 THEN (
        SELECT r.reason FROM fold_results r
        WHERE r.search_id = p_search AND r.trial = given.trial AND r.reason IS NOT NULL
        ORDER BY r.repeat, r.fold LIMIT 1) END
    WHERE search_id = p_search AND number = given.trial
    RETURNING open_folds = 0 INTO STRICT trial_over;
    IF trial_over THEN
      trials_over := trials_over + 1;
      names := names || 'trial'::text;
      data := data || json_build_object('trial', given.trial, 'status', 'completed');
    END IF;
  END LOOP;

  IF accepted > 0 THEN
    PERFORM advance_search(p_search, p_running => -trials_over, p_completed => trials_over,
      p_folds_completed => folds_over, p_names => names, p_data => data, p_due => true);
    UPDATE workers SET completed_folds = completed_folds + accepted WHERE id = p_worker;
    IF limited THEN
      PERFORM pg_notify('holdfast_work', p_search);
    END IF;
  END IF;
  RETURN outcomes;
END $$;

-- One look for each trial and not for each of its fold runs: of a search of 50,000 fold runs that was a third of the time
-- that their insertion took.
CREATE OR REPLACE FUNCTION refuse_orphan_fold_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT DISTINCT search_id, trial FROM added) a
    WHERE NOT EXISTS (SELECT FROM trials t WHERE t.search_id = a.search_id AND t.number = a.trial)
  ) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a fold run must belong to a trial that exists';
  END IF;
  RETURN NULL;
END $$;
