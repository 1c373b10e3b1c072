import { NotPermittedError } from './namespaced-network.ts';
import { runNamespaces } from './run-namespaces.ts';

/** What `npm run verify` takes for "not run". */
const notPermitted = 3;

try {
  const report = await runNamespaces((line) => console.log(line));
  console.log(JSON.stringify(report, null, 1));
  process.exit(report.violations.length === 0 ? 0 : 1);
} catch (error) {
  if (error instanceof NotPermittedError) {
    console.error(error.message);
    process.exit(notPermitted);
  }
  console.error(error);
  process.exit(2);
}
