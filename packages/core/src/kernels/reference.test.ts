import { describeEngine } from './engine.suite.ts';
import { referenceEngine } from './reference.ts';

describeEngine(referenceEngine);
