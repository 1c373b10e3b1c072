#!/usr/bin/env node
import('../dist/namespaces.js').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('The test in network namespaces has not been built yet. Run: npm run build');
  process.exit(1);
});
