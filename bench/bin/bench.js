#!/usr/bin/env node
import('../dist/bench.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('The measurements have not been built yet. Run: npm run build');
  process.exit(1);
});
