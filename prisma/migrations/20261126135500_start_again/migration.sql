-- A search that cannot be trained any further by this version of the service ends with a reason.

-- Ends a search and all that is nested in it with a status and a reason: 'ended', 'over' (it was before, and all that is nested
-- in it), or 'absent'. A search that is over keeps its status and its reason, whatever ends that is nested in it.
CREATE FUNCTION end_with_nested(p_search text, p_status search_state, p_reason text) RETURNS text LANGUAGE plpgsql AS $$
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
    PERFORM end_search(open_search, p_status, p_reason);
    ended := ended + 1;
  END LOOP;
  RETURN CASE WHEN ended > 0 THEN 'ended' ELSE 'over' END;
END $$;

-- 'cancelled', 'over' or 'absent'.
CREATE OR REPLACE FUNCTION cancel_search(p_search text) RETURNS text LANGUAGE sql AS $$
  SELECT CASE outcome WHEN 'ended' THEN 'cancelled' ELSE outcome END
  FROM end_with_nested(p_search, 'cancelled', NULL) AS outcome
$$;

-- Where a search stands that shall start again, locked with all that is nested in it until the transaction ends: whether
-- any of it is open, whether any is paused, and how many own trials and extensions have been asked for. No row: absent.
CREATE FUNCTION lock_to_start_again(p_search text, OUT open boolean, OUT paused boolean, OUT requests integer)
RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_with_nested(p_search);
  RETURN QUERY
    SELECT bool_or(s.status IN ('queued', 'running', 'paused')), bool_or(s.status = 'paused'),
      (SELECT count(*)::integer FROM search_requests r WHERE r.search_id = p_search)
    FROM searches s WHERE s.id = p_search OR s.nested_in = p_search
    HAVING count(*) > 0;
END $$;
