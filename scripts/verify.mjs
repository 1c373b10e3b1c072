// `npm run verify`: what takes longer or needs more than `npm test` may ask for. Says of each part whether it passed.
import './check-node.mjs';

Promise.all([import('./run-verify.mjs'), import('./set-up.mjs')]).then(([{ runVerify }, { exitWith }]) =>
  runVerify().catch(exitWith),
);
