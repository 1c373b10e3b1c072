import { describeQueues } from './queues.suite.ts';
import { startTemporaryRedis } from './temporary-redis.ts';

describeQueues('Redis', async () => {
  const redis = await startTemporaryRedis();
  return {
    redisUrl: redis.url,
    databaseUrl: 'postgres://nobody@127.0.0.1:1/none',
    dropConnections: async () => {
      await redis.kill();
      await redis.restart();
    },
    stop: () => redis.kill(),
  };
});
