import { workerData } from 'node:worker_threads';
import { openDatabase } from '@holdfast/db/open-database';
import { serveTasks } from '../serve-tasks.ts';
import { createSubmissionTasks } from './submission-tasks.ts';
import type { LargeSearchData } from './submissions.ts';
import { createTrainingLabels } from './training-labels.ts';

// The entry of the API's thread for large searches: proposing, weighing and writing out ten thousand trials would hold up
// every other answer.
const { databaseUrl, limits } = workerData as LargeSearchData;
const database = openDatabase({ url: databaseUrl, name: 'holdfast-submissions', poolSize: 2 });
serveTasks(createSubmissionTasks({ database, loadLabels: createTrainingLabels(database), limits }));
