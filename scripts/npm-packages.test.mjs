import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { describePackage, filesOf, npmPackages, publishedText } from './npm-packages.mjs';
import { root } from './set-up.mjs';

describe.each(npmPackages)('the npm package $name', (npmPackage) => {
  const manifest = describePackage(root, npmPackage);
  const files = filesOf(root, npmPackage);
  const compiled = files.filter((file) => /^(apps|packages)\/(?!web).*\/dist\/.*\.js$/.test(file));

  test('imports what it brings, or names in its dependencies', () => {
    const places = Object.entries(manifest.exports).map(([name, target]) => ({
      prefix: `${npmPackage.name}/${name.slice(2, -1)}`,
      folder: (typeof target === 'string' ? target : target['default']).slice(2, -4),
    }));
    const missing = compiled.flatMap((file) =>
      importsOf(file, publishedText(readFileSync(join(root, file), 'utf8'), npmPackage)).filter(
        (specifier) => {
          if (specifier.startsWith('.') || isBuiltin(specifier)) return false;
          const inside = places
            .filter(({ prefix }) => specifier.startsWith(prefix))
            .some(({ prefix, folder }) => files.includes(`${folder}${specifier.slice(prefix.length)}.js`));
          const named = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
          return !inside && !named.some((name) => specifier === name || specifier.startsWith(`${name}/`));
        },
      ),
    );
    expect(missing).toEqual([]);
  });

  test('names nothing by the workspace, and has no tests in it', () => {
    for (const file of compiled) {
      const text = publishedText(readFileSync(join(root, file), 'utf8'), npmPackage);
      if (npmPackage.name === 'holdfast') expect(text, file).not.toMatch(/["']@holdfast\//);
    }
    expect(files.filter((file) => /\.(test|suite|map)\b/.test(file))).toEqual([]);
    expect(JSON.stringify(manifest)).not.toContain('workspace:');
  });
});

/**
 * @param {string} file
 * @param {string} text
 */
function importsOf(file, text) {
  const { module } = parseSync(file, text);
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest }) => {
      const [, literal] = /^['"](.*)['"]$/.exec(text.slice(moduleRequest.start, moduleRequest.end)) ?? [];
      return literal ?? [];
    }),
  ];
}
