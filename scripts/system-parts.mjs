import { accessSync, constants, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export const chromiumNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];

/** Where programs stand that a system's installer does not put on PATH. */
const chromiumPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const parts = [
  {
    name: 'Redis (redis-server)',
    names: ['redis-server'],
    debianPackage: 'redis-server',
    elsewhere:
      'macOS: brew install redis · Fedora: dnf install redis · other systems: https://redis.io/downloads',
  },
  {
    name: 'Chromium or Chrome',
    names: chromiumNames,
    debianPackage: 'chromium',
    elsewhere: 'macOS: brew install --cask chromium · other systems: https://www.google.com/chrome',
  },
];

/**
 * @param {string[]} names in order of preference
 * @returns {string | null} the path of the first one found on PATH (a browser: also where macOS keeps applications)
 */
export function findProgram(names) {
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = names.flatMap((name) =>
    folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))),
  );
  const candidates = names === chromiumNames ? [...onPath, ...chromiumPaths] : onPath;
  return candidates.find(isProgram) ?? null;
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Finds what npm does not ship; installs it where that can be done (Debian and its kin, as root).
 *
 * @param {(title: string, step: { program: string, args: string[], cwd: string, env?: NodeJS.ProcessEnv, wayOut: string }) => Promise<void>} runStep
 * @returns {Promise<string[]>} one line for each part that is still missing, with the way to get it
 */
export async function setUpSystemParts(runStep) {
  const missing = () => parts.filter((part) => findProgram(part.names) === null);
  const wanted = missing();
  if (wanted.length > 0 && findProgram(['apt-get']) !== null && process.getuid?.() === 0) {
    await installByApt(
      wanted.map((part) => part.debianPackage),
      runStep,
    );
  }
  return missing().map(
    (part) =>
      `${part.name} is missing. Debian and Ubuntu: apt-get install --no-install-recommends ${part.debianPackage} · ${part.elsewhere}`,
  );
}

// Debian asks this file whether a newly installed service may start; 101 is "no".
const servicePolicy = '/usr/sbin/policy-rc.d';

/**
 * @param {string[]} packages
 * @param {Parameters<typeof setUpSystemParts>[0]} runStep
 */
async function installByApt(packages, runStep) {
  const step = {
    program: 'apt-get',
    cwd: '/',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    wayOut: `Install ${packages.join(' and ')} by hand and try again.`,
  };
  const title = `Installing ${packages.join(' and ')} with apt-get`;
  const args = ['install', '-y', '--no-install-recommends', ...packages];
  const ours = !existsSync(servicePolicy);
  if (ours) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await runStep('Reading the lists of Debian packages', { ...step, args: ['update'] });
    await runStep(title, { ...step, args });
  } finally {
    if (ours) rmSync(servicePolicy, { force: true });
  }
}
