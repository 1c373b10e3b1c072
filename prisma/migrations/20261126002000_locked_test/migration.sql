-- The locked test set: the budget of its rows, its reveals, and the ledger. Handwritten; Prisma's schema does not know
-- these tables, so that no generated client has a name for them.

CREATE SCHEMA locked;
REVOKE ALL ON SCHEMA locked FROM PUBLIC;

-- The budget belongs to rows ------------------------------------------------------------------------------------
-- A pool stands for test rows, under whatever name they are uploaded; it outlives the data sets that it has.

CREATE TABLE locked.pools (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  reveal_budget integer NOT NULL,
  reveals_used integer NOT NULL DEFAULT 0,
  CHECK (reveals_used >= 0 AND reveals_used <= reveal_budget)
);

CREATE TABLE locked.dataset_pools (
  dataset_id text PRIMARY KEY REFERENCES datasets (id) ON DELETE CASCADE,
  pool_id bigint NOT NULL REFERENCES locked.pools (id)
);
CREATE INDEX dataset_pools_pool_idx ON locked.dataset_pools (pool_id);

-- Keyed hashes of the pool's test rows: without the key nobody can try whether a row that he thinks of is among them.
CREATE TABLE sealed.row_hashes (
  hash bigint NOT NULL,
  pool_id bigint NOT NULL REFERENCES locked.pools (id),
  PRIMARY KEY (hash, pool_id)
);

CREATE TABLE sealed.hash_key (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  key bytea NOT NULL
);
-- 32 bytes, 244 of their bits by chance.
INSERT INTO sealed.hash_key (key) VALUES (
  decode(replace(gen_random_uuid()::text, '-', '') || replace(gen_random_uuid()::text, '-', ''), 'hex'));

-- The ledger ----------------------------------------------------------------------------------------------------
-- `content` is the canonical JSON of the entry, `hash` its SHA-256. Whoever writes, the next entry must follow the
-- last one; what is written stays.

CREATE TABLE locked.ledger (
  number integer PRIMARY KEY,
  content text NOT NULL,
  hash text NOT NULL
);
CREATE INDEX ledger_dataset_idx ON locked.ledger ((content::json ->> 'dataset'), number);

CREATE FUNCTION locked.check_ledger_entry() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
  before integer;
  previous text;
BEGIN
  PERFORM pg_catalog.pg_advisory_xact_lock(1212958284);
  SELECT number, hash INTO before, previous FROM locked.ledger ORDER BY number DESC LIMIT 1;
  IF NEW.number IS DISTINCT FROM coalesce(before, 0) + 1
    OR (NEW.content::json ->> 'number')::integer IS DISTINCT FROM NEW.number
    OR NEW.content::json ->> 'previous' IS DISTINCT FROM previous
    OR NEW.hash IS DISTINCT FROM 'sha256:' || encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION USING ERRCODE = 'HF002', MESSAGE = 'the ledger: an entry must follow the last one';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER ledger_chain BEFORE INSERT ON locked.ledger
  FOR EACH ROW EXECUTE FUNCTION locked.check_ledger_entry();

CREATE FUNCTION locked.refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'HF002', MESSAGE = 'the ledger is only added to';
END $$;

CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON locked.ledger
  FOR EACH STATEMENT EXECUTE FUNCTION locked.refuse_ledger_change();

CREATE TABLE locked.ledger_heads (
  entries integer PRIMARY KEY,
  hash text NOT NULL,
  public_key text NOT NULL,
  signature text NOT NULL,
  signed_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);

CREATE TRIGGER ledger_heads_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON locked.ledger_heads
  FOR EACH STATEMENT EXECUTE FUNCTION locked.refuse_ledger_change();

-- Reveals -------------------------------------------------------------------------------------------------------
-- No foreign keys: what was seen of rows is to be known when search and data set are deleted.

CREATE TABLE locked.reveals (
  id text PRIMARY KEY,
  search_id text NOT NULL,
  dataset_id text NOT NULL,
  pool_id bigint NOT NULL REFERENCES locked.pools (id),
  status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'completed', 'failed')),
  reason text,
  -- What is asked: the trials, with what validation promised of each.
  request json NOT NULL,
  request_hash text NOT NULL,
  cost integer NOT NULL CHECK (cost >= 1),
  ledger_entry integer NOT NULL REFERENCES locked.ledger (number),
  attempt integer NOT NULL DEFAULT 0,
  lease_until timestamptz,
  result json,
  created_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz(3),
  CHECK ((status = 'completed') = (result IS NOT NULL)),
  CHECK ((status IN ('completed', 'failed')) = (finished_at IS NOT NULL))
);
CREATE INDEX reveals_search_idx ON locked.reveals (search_id, created_at);
CREATE INDEX reveals_pool_idx ON locked.reveals (pool_id, created_at);
CREATE INDEX reveals_open_idx ON locked.reveals (created_at) WHERE status IN ('queued', 'running');

CREATE FUNCTION locked.refuse_reveal_change() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'HF001', MESSAGE = 'reveals: what is over does not change';
END $$;

CREATE TRIGGER reveals_over BEFORE UPDATE ON locked.reveals FOR EACH ROW
  WHEN (OLD.status IN ('completed', 'failed')) EXECUTE FUNCTION locked.refuse_reveal_change();

-- Data sets that were there before: each with rows of its own, as far as anyone knows.
DO $$
DECLARE
  d record;
  pool bigint;
BEGIN
  FOR d IN SELECT id, reveal_budget, reveals_used FROM public.datasets WHERE test_rows > 0 LOOP
    INSERT INTO locked.pools (reveal_budget, reveals_used) VALUES (d.reveal_budget, d.reveals_used)
      RETURNING id INTO pool;
    INSERT INTO locked.dataset_pools (dataset_id, pool_id) VALUES (d.id, pool);
  END LOOP;
END $$;
