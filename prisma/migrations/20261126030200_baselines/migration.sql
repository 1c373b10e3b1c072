-- CreateTable
CREATE TABLE "baselines" (
    "search_id" TEXT NOT NULL,
    "repeat" SMALLINT NOT NULL,
    "fold" SMALLINT NOT NULL,
    "scores" JSON NOT NULL,

    CONSTRAINT "baselines_pkey" PRIMARY KEY ("search_id","repeat","fold")
);

-- AddForeignKey
ALTER TABLE "baselines" ADD CONSTRAINT "baselines_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;
