import { describeMainJob } from './main-job.suite.ts';
import { startEmbedded } from './start-embedded.ts';

describeMainJob('embedded, one worker with one thread', () => startEmbedded({ threads: 1 }));
