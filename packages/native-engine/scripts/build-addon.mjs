// Builds the addon into dist/addon: one compilation of the kernels for each register set, and the Node-API functions.
// No node-gyp: it needs Python and downloads headers, and Node-API's are in the package node-api-headers. Run by the
// set-up; by hand: node packages/native-engine/scripts/build-addon.mjs
// With --emulated: an addon of its own in which the kernels of 16 lanes run on AVX2, slowly, for tests on processors
// without AVX-512.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import headers from 'node-api-headers';
import { addonName, emulatedName, findCompiler } from './find-compiler.mjs';

const home = dirname(dirname(fileURLToPath(import.meta.url)));

const flags = [
  ...[
    '-std=c++17',
    '-O3',
    '-fPIC',
    '-fvisibility=hidden',
    '-fno-exceptions',
    '-fno-rtti',
    '-DNAPI_VERSION=8',
  ],
  // The bits: each multiplication and addition is rounded by itself. (-fno-math-errno: sqrt is the instruction.)
  ...['-ffp-contract=off', '-fno-fast-math', '-fno-math-errno'],
  `-I${headers.include_dir}`,
];

const emulated = process.argv.includes('--emulated');

/** @type {{ registers: string, lanes: number, flags: string[] }[]} */
const compilations = [
  { registers: 'avx2', lanes: 8, flags: ['-mavx2'] },
  {
    registers: 'avx512',
    lanes: 16,
    flags: emulated ? ['-mavx2', '-Wno-psabi'] : ['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl'],
  },
];

const compiler = findCompiler();
if (compiler === null) {
  console.error('no C++ compiler, or a platform that the native engine is not for');
  process.exit(1);
}

// GCC would write the sums of a tile one after the other, each waiting for its own last addition, where the source takes
// them in turn.
if (!/clang/i.test(compiler.version)) flags.push('-fno-tree-ter');

const folder = join(home, 'dist', 'addon');
mkdirSync(folder, { recursive: true });
const work = mkdtempSync(join(folder, 'build-'));
try {
  const run = async (/** @type {string[]} */ args) => {
    const { stdout, stderr } = await promisify(execFile)(compiler.program, args, {
      cwd: join(home, 'kernels'),
    });
    process.stderr.write(stdout + stderr);
  };
  const objects = compilations.map(({ registers }) => join(work, `${registers}.o`));
  await Promise.all([
    ...compilations.map(({ registers, lanes, flags: own }, i) => {
      const names = [`-DHOLDFAST_REGISTERS=${registers}`, `-DHOLDFAST_LANES=${lanes}`];
      return run([...flags, ...own, ...names, '-c', 'kernels.cc', '-o', objects[i] ?? '']);
    }),
    run([
      ...flags,
      ...(emulated ? ['-DHOLDFAST_EMULATED'] : []),
      '-c',
      'addon.cc',
      '-o',
      join(work, 'addon.o'),
    ]),
  ]);
  // Node's own functions are found when it loads the addon.
  const link = process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared'];
  const built = join(work, addonName);
  await run([...link, '-o', built, join(work, 'addon.o'), ...objects]);
  // A running service may have the old one open: a new file in its place leaves that alone.
  renameSync(built, join(folder, emulated ? emulatedName : addonName));
} catch (error) {
  // What the compiler says, not where this script called it.
  const { stderr } = /** @type {{ stderr?: string }} */ (error);
  if (stderr === undefined) throw error;
  console.error(stderr);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
