-- Models of single folds, trained again when somebody wants to see what they decide.

ALTER TABLE "models" ADD COLUMN "repeat" SMALLINT;
ALTER TABLE "models" ADD COLUMN "fold" SMALLINT;

-- Final models have no fold, and nulls are no duplicates: a trial may have several.
CREATE UNIQUE INDEX "models_search_id_trial_repeat_fold_key" ON "models"("search_id", "trial", "repeat", "fold");

ALTER TABLE models ADD CONSTRAINT models_fold_check CHECK ((repeat IS NULL) = (fold IS NULL));

-- A final model outlives its search; that of a fold is nothing without it. A foreign key to the results would look here
-- for each of half a million rows that a large search deletes.
CREATE FUNCTION delete_fold_models() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM models WHERE search_id = OLD.id AND fold IS NOT NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER searches_fold_models AFTER DELETE ON searches FOR EACH ROW EXECUTE FUNCTION delete_fold_models();
