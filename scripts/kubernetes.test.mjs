import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { root } from './set-up.mjs';

/**
 * Checks an object against Kubernetes' own schema of its kind.
 *
 * @param {{ apiVersion: string, kind: string }} object
 */
function validate(object) {
  // By the group and version that the object names.
  const kinds = createRequire(import.meta.url)(`kubernetes-models/${object.apiVersion}`);
  new kinds[object.kind](object).validate();
}

const manifests = parseAllDocuments(readFileSync(join(root, 'docs', 'kubernetes.yaml'), 'utf8')).map((one) =>
  one.toJS(),
);

test.each(manifests.map((object) => [`${object.kind} ${object.metadata.name}`, object]))(
  '%s is as Kubernetes wants it',
  (_name, object) => {
    validate(object);
  },
);

test('what is not as Kubernetes wants it would be told', () => {
  const deployment = structuredClone(manifests.find(({ kind }) => kind === 'Deployment'));
  deployment.spec.replicas = 'two';
  expect(() => validate(deployment)).toThrow(/replicas/);
  const nameless = structuredClone(manifests.find(({ kind }) => kind === 'Deployment'));
  delete nameless.spec.template.spec.containers[0].name;
  expect(() => validate(nameless)).toThrow(/name/);
});
