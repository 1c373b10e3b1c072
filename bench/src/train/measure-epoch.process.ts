/** A process that measures once: `LOAD ENGINE SECONDS`, and prints microseconds of an epoch. */
import { isLoadName } from './load.ts';
import { engines, measureEpoch } from './measure-epoch.ts';

const [load = '', name = '', seconds] = process.argv.slice(2);
const engine = engines.get(name);
if (!isLoadName(load) || engine === undefined)
  throw new Error(`There is no load ${load} or no engine ${name}`);
console.log(measureEpoch(load, engine, Number(seconds)));
