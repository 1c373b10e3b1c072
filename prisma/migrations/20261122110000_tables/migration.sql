-- The tables of schema.prisma, as Prisma's schema engine writes them.

-- CreateEnum
CREATE TYPE "task" AS ENUM ('classification', 'binary', 'regression');

-- CreateEnum
CREATE TYPE "search_state" AS ENUM ('queued', 'running', 'paused', 'completed', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "trial_state" AS ENUM ('waiting', 'running', 'completed', 'pruned', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "fold_run_state" AS ENUM ('queued', 'running', 'completed', 'failed', 'cancelled');

-- CreateEnum
CREATE TYPE "training_part" AS ENUM ('features', 'targets', 'groups', 'times');

-- CreateTable
CREATE TABLE "datasets" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "task" "task" NOT NULL,
    "target" TEXT[],
    "features" JSON NOT NULL,
    "classes" TEXT[],
    "train_rows" INTEGER NOT NULL,
    "test_rows" INTEGER NOT NULL,
    "rows_per_class" JSON NOT NULL,
    "group" TEXT,
    "time" TEXT,
    "test_locked" BOOLEAN NOT NULL,
    "test_kind" TEXT NOT NULL,
    "commitment" TEXT,
    "reveal_budget" INTEGER NOT NULL,
    "reveals_used" INTEGER NOT NULL,
    "leaks" JSON NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "datasets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "training_chunks" (
    "dataset_id" TEXT NOT NULL,
    "part" "training_part" NOT NULL,
    "number" INTEGER NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "training_chunks_pkey" PRIMARY KEY ("dataset_id","part","number")
);

-- CreateTable
CREATE TABLE "evaluator_keys" (
    "public_key" TEXT NOT NULL,
    "published_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "evaluator_keys_pkey" PRIMARY KEY ("public_key")
);

-- CreateTable
CREATE TABLE "searches" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "tags" TEXT[],
    "dataset_id" TEXT NOT NULL,
    "status" "search_state" NOT NULL DEFAULT 'queued',
    "reason" TEXT,
    "repeatable" BOOLEAN NOT NULL DEFAULT true,
    "test_seen" BOOLEAN NOT NULL,
    "spec" JSON NOT NULL,
    "numerics_version" INTEGER NOT NULL,
    "parent" TEXT,
    "gap" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "trials_total" INTEGER NOT NULL,
    "trials_waiting" INTEGER NOT NULL,
    "trials_running" INTEGER NOT NULL DEFAULT 0,
    "trials_completed" INTEGER NOT NULL DEFAULT 0,
    "trials_pruned" INTEGER NOT NULL DEFAULT 0,
    "trials_failed" INTEGER NOT NULL DEFAULT 0,
    "trials_cancelled" INTEGER NOT NULL DEFAULT 0,
    "folds_total" INTEGER NOT NULL,
    "folds_completed" INTEGER NOT NULL DEFAULT 0,
    "late_results" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "searches_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "fold_assignments" (
    "search_id" TEXT NOT NULL,
    "repeat" SMALLINT NOT NULL,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "fold_assignments_pkey" PRIMARY KEY ("search_id","repeat")
);

-- CreateTable
CREATE TABLE "trials" (
    "search_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "state" "trial_state" NOT NULL DEFAULT 'waiting',
    "reason" TEXT,
    "params" JSON NOT NULL,
    "weight_count" BIGINT NOT NULL,
    "cost" DOUBLE PRECISION NOT NULL,
    "open_folds" INTEGER NOT NULL,

    CONSTRAINT "trials_pkey" PRIMARY KEY ("search_id","number")
);

-- CreateTable
CREATE TABLE "fold_runs" (
    "search_id" TEXT NOT NULL,
    "trial" INTEGER NOT NULL,
    "repeat" SMALLINT NOT NULL,
    "fold" SMALLINT NOT NULL,
    "state" "fold_run_state" NOT NULL DEFAULT 'queued',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "worker" TEXT,
    "lease_until" TIMESTAMPTZ(6),
    "published_at" TIMESTAMPTZ(6),
    "infrastructure_losses" SMALLINT NOT NULL DEFAULT 0,
    "own_errors" SMALLINT NOT NULL DEFAULT 0,
    "reason" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "fold_runs_pkey" PRIMARY KEY ("search_id","trial","repeat","fold")
);

-- CreateTable
CREATE TABLE "fold_results" (
    "search_id" TEXT NOT NULL,
    "trial" INTEGER NOT NULL,
    "repeat" SMALLINT NOT NULL,
    "fold" SMALLINT NOT NULL,
    "attempt" INTEGER NOT NULL,
    "worker" TEXT NOT NULL,
    "reason" TEXT,
    "seed" TEXT NOT NULL,
    "engine" TEXT NOT NULL,
    "engine_version" TEXT NOT NULL,
    "validation" JSON NOT NULL,
    "training" JSON NOT NULL,
    "confusion" JSON,
    "epochs" INTEGER NOT NULL,
    "training_rows" INTEGER NOT NULL,
    "validation_rows" INTEGER NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "fold_results_pkey" PRIMARY KEY ("search_id","trial","repeat","fold")
);

-- CreateTable
CREATE TABLE "fold_records" (
    "search_id" TEXT NOT NULL,
    "trial" INTEGER NOT NULL,
    "repeat" SMALLINT NOT NULL,
    "fold" SMALLINT NOT NULL,
    "curves" JSON NOT NULL,
    "predictions" BYTEA,

    CONSTRAINT "fold_records_pkey" PRIMARY KEY ("search_id","trial","repeat","fold")
);

-- CreateTable
CREATE TABLE "search_events" (
    "search_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "data" JSON NOT NULL,

    CONSTRAINT "search_events_pkey" PRIMARY KEY ("search_id","revision")
);

-- CreateTable
CREATE TABLE "workers" (
    "id" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "threads" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "numerics_version" INTEGER NOT NULL,
    "engine" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "running_folds" INTEGER NOT NULL DEFAULT 0,
    "completed_folds" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "workers_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_keys" (
    "key" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "resource_id" TEXT,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "locked_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status" INTEGER,
    "headers" JSON,
    "body" TEXT,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "datasets_name_key" ON "datasets"("name");

-- CreateIndex
CREATE INDEX "datasets_created_at_id_idx" ON "datasets"("created_at", "id");

-- CreateIndex
CREATE INDEX "searches_created_at_id_idx" ON "searches"("created_at", "id");

-- CreateIndex
CREATE INDEX "searches_dataset_id_idx" ON "searches"("dataset_id");

-- CreateIndex
CREATE INDEX "searches_parent_idx" ON "searches"("parent");

-- CreateIndex
CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

-- AddForeignKey
ALTER TABLE "training_chunks" ADD CONSTRAINT "training_chunks_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "searches" ADD CONSTRAINT "searches_dataset_id_fkey" FOREIGN KEY ("dataset_id") REFERENCES "datasets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "searches" ADD CONSTRAINT "searches_parent_fkey" FOREIGN KEY ("parent") REFERENCES "searches"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fold_assignments" ADD CONSTRAINT "fold_assignments_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trials" ADD CONSTRAINT "trials_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fold_results" ADD CONSTRAINT "fold_results_search_id_trial_repeat_fold_fkey" FOREIGN KEY ("search_id", "trial", "repeat", "fold") REFERENCES "fold_runs"("search_id", "trial", "repeat", "fold") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fold_records" ADD CONSTRAINT "fold_records_search_id_trial_repeat_fold_fkey" FOREIGN KEY ("search_id", "trial", "repeat", "fold") REFERENCES "fold_results"("search_id", "trial", "repeat", "fold") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "search_events" ADD CONSTRAINT "search_events_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;
