-- What was dear to work out about the board of a search that is over, so that a service that starts has it at once.

-- CreateTable
CREATE TABLE "board_answers" (
    "search_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "body" TEXT NOT NULL,

    CONSTRAINT "board_answers_pkey" PRIMARY KEY ("search_id","name")
);

-- AddForeignKey
ALTER TABLE "board_answers" ADD CONSTRAINT "board_answers_search_id_fkey" FOREIGN KEY ("search_id") REFERENCES "searches"("id") ON DELETE CASCADE ON UPDATE CASCADE;
