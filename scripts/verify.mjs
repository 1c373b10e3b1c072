// `npm run verify`: what takes longer or needs more than `npm test` may ask for. Says of each part whether it ran.
import './check-node.mjs';

import('./run-verify.mjs').then(({ runVerify }) => runVerify());
