-- Final models: a trial's hyperparameters trained on all training rows.

CREATE TYPE "model_state" AS ENUM ('queued', 'running', 'completed', 'failed');

-- CreateTable
CREATE TABLE "models" (
    "id" TEXT NOT NULL,
    "search_id" TEXT NOT NULL,
    "trial" INTEGER NOT NULL,
    "dataset_id" TEXT NOT NULL,
    "state" "model_state" NOT NULL DEFAULT 'queued',
    "reason" TEXT,
    "description" JSON NOT NULL,
    "training" JSON NOT NULL,
    "result" JSON,
    "digest" TEXT,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "worker" TEXT,
    "lease_until" TIMESTAMPTZ(6),
    "published_at" TIMESTAMPTZ(6),
    "infrastructure_losses" SMALLINT NOT NULL DEFAULT 0,
    "own_errors" SMALLINT NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "models_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_chunks" (
    "model_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "model_chunks_pkey" PRIMARY KEY ("model_id","number")
);

-- CreateIndex
CREATE INDEX "models_created_at_id_idx" ON "models"("created_at", "id");

-- CreateIndex
CREATE INDEX "models_search_id_idx" ON "models"("search_id");

-- AddForeignKey
ALTER TABLE "model_chunks" ADD CONSTRAINT "model_chunks_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "models"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE model_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE models
  ADD CONSTRAINT models_lease_check CHECK ((state = 'running') = (lease_until IS NOT NULL)),
  ADD CONSTRAINT models_over_check CHECK ((state IN ('completed', 'failed')) = (finished_at IS NOT NULL)),
  ADD CONSTRAINT models_result_check CHECK ((state = 'completed') = (digest IS NOT NULL AND result IS NOT NULL)),
  ADD CONSTRAINT models_reason_check CHECK (state <> 'failed' OR reason IS NOT NULL);

-- What is over is by far the most and is never looked for by state.
CREATE INDEX models_open_idx ON models (created_at) WHERE state IN ('queued', 'running');

CREATE TRIGGER models_over BEFORE UPDATE ON models FOR EACH ROW
  WHEN (OLD.state IN ('completed', 'failed'))
  EXECUTE FUNCTION refuse_change_of_what_is_over();
