import { fileURLToPath } from 'node:url';

/** Of Node-API, whose binary interface no newer Node changes: one build serves every Node. */
const nodeApiVersion = 8;

/** Where the set-up puts the addon for this platform. */
export function addonPath(): string {
  const name = `holdfast-${process.platform}-${process.arch}-napi${nodeApiVersion}.node`;
  return fileURLToPath(new URL(`../dist/addon/${name}`, import.meta.url));
}
