-- The trace that a search was submitted in (W3C Trace Context): what trains its fold runs goes on with it.
ALTER TABLE "searches" ADD COLUMN "trace_parent" TEXT;

-- How long a worker's threads have trained since it began, and its fold runs by their duration; told with its heartbeat.
ALTER TABLE "workers" ADD COLUMN "load" JSON;
