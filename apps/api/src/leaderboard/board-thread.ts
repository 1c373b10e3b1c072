import { TaskThread } from '../task-thread.ts';
import type { BoardTasks } from './board-tasks.ts';

/** The thread that reads, ranks and resamples boards. */
export class BoardThread extends TaskThread<BoardTasks> {
  constructor(databaseUrl: string) {
    super({
      module: '@holdfast/api/leaderboard/boards.thread',
      purpose: 'ranks boards',
      workerData: { databaseUrl },
    });
  }
}
