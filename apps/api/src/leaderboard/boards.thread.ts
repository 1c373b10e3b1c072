import { workerData } from 'node:worker_threads';
import { openDatabase } from '@holdfast/db/open-database';
import { serveTasks } from '../serve-tasks.ts';
import { createBoardTasks } from './kept-boards.ts';

// The entry of the API's one thread of boards: ranking ten thousand trials, or resampling a thousand, would hold up
// every other answer.
const { databaseUrl } = workerData as { databaseUrl: string };
serveTasks(createBoardTasks(openDatabase({ url: databaseUrl, name: 'holdfast-boards', poolSize: 2 })));
