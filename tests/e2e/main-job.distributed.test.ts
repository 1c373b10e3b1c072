import { describeMainJob } from './main-job.suite.ts';
import { startDistributed } from './start-distributed.ts';

describeMainJob('distributed, two workers on Redis and Postgres', () =>
  startDistributed({
    postgresUrl: process.env.HOLDFAST_TEST_POSTGRES_URL ?? '',
    redisUrl: process.env.HOLDFAST_TEST_REDIS_URL ?? '',
    workers: 2,
    threads: 1,
  }),
);
