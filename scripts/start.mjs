// `npm start`. An older Node reads this file and check-node.mjs, and goes no further.
import './check-node.mjs';

import('./serve-demo.mjs').then(({ serveDemo }) => serveDemo(process.argv.slice(2)));
