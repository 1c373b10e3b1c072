// `pnpm build`: everything that `npm start` does before it serves.
import './check-node.mjs';

import('./set-up.mjs').then(({ setUpOrExit }) => setUpOrExit());
