#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Holdfast needs Node 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org`,
  );
  process.exit(1);
}

const built = new URL('../dist/holdfast.js', import.meta.url);
// In a clone: there while a set-up runs, and where one was stopped half-way.
const unfinished = new URL('../../../.cache/set-up.unfinished', import.meta.url);
if (existsSync(built) && !existsSync(unfinished)) import(built.href);
else setUpFirst();

/** In a clone that was never built, or not to the end. Standard output stays the command's own. */
function setUpFirst() {
  const build = spawn(
    process.execPath,
    [fileURLToPath(new URL('../../../scripts/build.mjs', import.meta.url))],
    { stdio: ['ignore', 2, 'inherit'] },
  );
  // Both hear of Ctrl-C; this one ends last.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, pass);
  build.once('exit', (code) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, pass);
    if (code === 0) import(built.href);
    else process.exitCode = code === null ? 1 : code;
  });
}

function pass() {}
