-- A search that is newer than the statistics is none of the "most common" ones: Postgres then expects one row of it, where
-- there may be a hundred thousand, and joins its trials, fold runs and results by going through all of them for each. Without
-- statistics of these columns it expects a two-hundredth of the table, and looks each row up by its whole key.
ALTER TABLE trials ALTER COLUMN search_id SET STATISTICS 0;
ALTER TABLE fold_runs ALTER COLUMN search_id SET STATISTICS 0;
ALTER TABLE fold_results ALTER COLUMN search_id SET STATISTICS 0;
ALTER TABLE fold_records ALTER COLUMN search_id SET STATISTICS 0;
ALTER TABLE rung_results ALTER COLUMN search_id SET STATISTICS 0;
ALTER TABLE fold_assignments ALTER COLUMN search_id SET STATISTICS 0;
ALTER TABLE search_events ALTER COLUMN search_id SET STATISTICS 0;
