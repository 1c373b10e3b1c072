import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { main } from './replay.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function file(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  folders.push(folder);
  const path = join(folder, 'trajectory.json');
  writeFileSync(path, content);
  return path;
}

function run(...args: string[]): { status: number; out: string; err: string } {
  const written = { out: '', err: '' };
  const status = main(args, {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
  });
  return { status, ...written };
}

const trajectory = {
  optimizer: { kind: 'sgd', learningRate: 0.5 },
  steps: 2,
  x: [[1], [0]],
  y: [[1], [0]],
  layers: [{ inputs: 1, units: 1, activation: 'sigmoid', weights: [[0]], biases: [0] }],
};

test('prints one JSON object of the expected shape and nothing else', () => {
  const { status, out, err } = run(file(JSON.stringify(trajectory)));
  expect(status).toBe(0);
  expect(err).toBe('');
  expect(out.trim().split('\n')).toHaveLength(1);
  const result = JSON.parse(out);
  expect(Object.keys(result)).toEqual([
    'dataLoss',
    'regularizationLoss',
    'accuracy',
    'learningRate',
    'final',
  ]);
  expect(result.dataLoss).toHaveLength(2);
  // At zero parameters p = 0.5 everywhere, and the first step moves the weight by 0.5 · mean((0.5 − 1) · 1, 0).
  expect(result.dataLoss[0]).toBeCloseTo(0.6931, 3);
  expect(result.accuracy[0]).toBe(0.5);
});

test.each([
  ['no JSON', '{', 'not JSON'],
  ['a missing field', JSON.stringify({ ...trajectory, steps: undefined }), 'steps: must be'],
  ['a label out of range', JSON.stringify({ ...trajectory, y: [[2], [0]] }), 'y[0][0]: must be 0 or 1'],
  ['an unknown optimizer', JSON.stringify({ ...trajectory, optimizer: { kind: 'lion' } }), 'optimizer.kind'],
])('names the place of %s on standard error', (_name, content, message) => {
  const { status, out, err } = run(file(content));
  expect(status).toBe(1);
  expect(out).toBe('');
  expect(err).toContain(message);
});

test('a missing file, a missing argument and an engine that is not there are errors; --help is not', () => {
  expect(run('/nowhere/at/all.json')).toMatchObject({ status: 1, out: '' });
  expect(run()).toMatchObject({ status: 1, out: '' });
  const other = run(file(JSON.stringify(trajectory)), '--engine', 'quantum');
  expect(other).toMatchObject({ status: 1, out: '' });
  expect(other.err).toContain('use --engine wasm or reference');
  expect(run('--help')).toMatchObject({ status: 0, err: '' });
});
