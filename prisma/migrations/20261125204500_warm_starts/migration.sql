-- CreateTable
CREATE TABLE "warm_starts" (
    "search_id" TEXT NOT NULL,
    "observations" JSON NOT NULL,

    CONSTRAINT "warm_starts_pkey" PRIMARY KEY ("search_id")
);

-- AddForeignKey
ALTER TABLE "warm_starts" ADD CONSTRAINT "warm_starts_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;
