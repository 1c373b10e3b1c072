#!/usr/bin/env node
import('../dist/faults.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('The fault campaign has not been built yet. Run: npm run build');
  process.exit(1);
});
