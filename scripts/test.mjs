// `npm test`: sets up, runs every part and ends with a plain count. `npm test -- --only unit,types` runs some parts.
import './check-node.mjs';

import('./run-tests.mjs').then(({ runTests }) => runTests(process.argv.slice(2)));
