import { readFileSync } from 'node:fs';
import type { Engine } from '@holdfast/core/kernels/engine';
import { referenceEngine } from '@holdfast/core/kernels/reference';
import { wasmEngine } from '@holdfast/core/kernels/wasm';
import { replayTrajectory } from '@holdfast/core/training/replay-trajectory';
import { Command, CommanderError } from 'commander';

const engines = new Map<string, Engine>([
  ['wasm', wasmEngine],
  ['reference', referenceEngine],
]);

function engineNamed(name: string): Engine {
  const engine = engines.get(name);
  if (engine === undefined)
    throw new Error(`There is no engine "${name}"; use --engine ${[...engines.keys()].join(' or ')}`);
  return engine;
}

function readTrajectory(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`not JSON: ${(error as Error).message}`);
  }
}

interface Output {
  out: (text: string) => void;
  err: (text: string) => void;
}

const streams: Output = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/**
 * `replay FILE [--engine NAME]`: replays a training trajectory and prints one JSON object of the shape of its
 * `expected`: { dataLoss, regularizationLoss, accuracy, learningRate, final }.
 * @returns the exit status: 0, or 1 where the file or an option is bad, with a message on standard error
 */
export function main(args: readonly string[], output: Output = streams): number {
  const command = new Command('replay')
    .description('Replay a training trajectory and print what each step gave, as one JSON object')
    .argument('<file>', 'a trajectory: data, initial parameters, dropout masks, optimizer, number of steps')
    .option('--engine <name>', [...engines.keys()].join(' or '), 'wasm')
    .configureOutput({ writeOut: output.out, writeErr: output.err })
    .exitOverride();
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  const file = command.args[0]!;
  try {
    const engine = engineNamed(command.opts<{ engine: string }>().engine);
    output.out(`${JSON.stringify(replayTrajectory(readTrajectory(file), engine))}\n`);
    return 0;
  } catch (error) {
    output.err(`replay: ${file}: ${(error as Error).message}\n`);
    return 1;
  }
}
