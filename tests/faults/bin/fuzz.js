#!/usr/bin/env node
import('../dist/fuzz.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('The fuzzer has not been built yet. Run: npm run build');
  process.exit(1);
});
