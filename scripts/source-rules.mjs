import { parseSync, Visitor } from 'oxc-parser';
import { checkImport, isTest, packageOf, purePackages } from './arrows.mjs';

/** JavaScript's Math where every engine must give the same bits; the rest is in packages/numeric. */
const exactMath = new Set('abs floor ceil trunc round sqrt fround min max imul clz32'.split(' '));

/** Globals that would let time, chance, the machine or the outside into a pure package. */
const impure = new Set(
  (
    'Date process console performance crypto fetch require Buffer navigator Intl setTimeout setInterval ' +
    'setImmediate queueMicrotask clearTimeout clearInterval globalThis'
  ).split(' '),
);

/** Methods whose result depends on the machine's language. */
const localized = new Set('localeCompare toLocaleString toLocaleUpperCase toLocaleLowerCase'.split(' '));

/** Vitest's ways to leave a test out, or to replace one of our modules. */
const testModifiers = new Set('skip todo only skipIf runIf fails'.split(' '));
const mocking = new Set('mock doMock unmock'.split(' '));

/** Folders whose tests a part of `npm test` runs (see vitest.config.ts). */
const testPlaces = /^((packages|apps)\/[^/]+\/src\/|scripts\/|tests\/(e2e|browser)\/)/;

/** @param {string} path */
const mustBePure = (path) => purePackages.includes(packageOf(path) ?? '') && !isTest(path);

/** @param {string} path */
const mustBeExact = (path) =>
  mustBePure(path) || (path.startsWith('apps/worker/src/threads/') && !isTest(path));

/**
 * The rules that the formatter's linter does not know: arrows between packages, purity, exact arithmetic, honest tests.
 *
 * @param {string} path from the root, with slashes
 * @param {string} text
 * @returns {string[]} `path:line: what is wrong`
 */
export function checkSource(path, text) {
  const { program, module, comments, errors } = parseSync(path, text);
  /** @type {{ start: number, message: string }[]} */
  const problems = [];
  const report = (/** @type {{ start: number }} */ { start }, /** @type {string} */ message) => {
    problems.push({ start, message });
  };

  const requests = [
    ...module.staticImports.map((statement) => statement.moduleRequest),
    ...module.staticExports.flatMap((statement) => statement.entries.map((entry) => entry.moduleRequest)),
  ];
  for (const request of requests) {
    const problem = request && checkImport(path, request.value);
    if (request && problem) report(request, problem);
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const specifier = /^['"`]([^'"`$]+)['"`]$/.exec(text.slice(moduleRequest.start, moduleRequest.end))?.[1];
    const problem = specifier === undefined ? null : checkImport(path, specifier);
    if (problem) report(moduleRequest, problem);
    if (specifier === undefined && mustBePure(path))
      report(moduleRequest, 'a pure package imports by name alone');
  }
  for (const error of errors) report({ start: error.labels[0]?.start ?? 0 }, error.message);
  for (const comment of comments) {
    if (/\b(TODO|FIXME|XXX)\b/.test(comment.value))
      report(comment, 'an open end: do it, or file it elsewhere');
  }
  if (/\.test\.[a-z]+$/.test(path) && !testPlaces.test(path)) {
    report({ start: 0 }, 'no part of `npm test` runs tests in this folder');
  }
  if (mustBePure(path)) checkPurity(program, report);
  if (mustBeExact(path)) checkArithmetic(program, report);
  if (isTest(path)) checkTests(program, text, report);

  const lines = problems
    .sort((a, b) => a.start - b.start)
    .map(({ start, message }) => `${path}:${text.slice(0, start).split('\n').length}: ${message}`);
  // `{ performance }` is read twice, as the name and as the value.
  return [...new Set(lines)];
}

/**
 * @typedef {import('oxc-parser').ParseResult['program']} Program
 * @typedef {(place: { start: number }, message: string) => void} Report
 */

/**
 * @param {Program} program
 * @param {Report} report
 */
function checkPurity(program, report) {
  const declared = new Set();
  /** @type {Set<number>} where an identifier is a name of something else, not a reference */
  const names = new Set();
  /** @type {import('oxc-parser').IdentifierReference[]} */
  const references = [];
  const declare = (/** @type {any} */ pattern) => {
    if (pattern?.type === 'Identifier') declared.add(pattern.name);
  };
  new Visitor({
    Identifier(node) {
      references.push(/** @type {any} */ (node));
    },
    MemberExpression(node) {
      if (node.computed) return;
      names.add(node.property.start);
      if (localized.has(node.property.name))
        report(node.property, `${node.property.name} depends on the machine`);
    },
    Property(node) {
      if (!node.computed && !node.shorthand) names.add(node.key.start);
    },
    PropertyDefinition: (node) => void names.add(node.key.start),
    MethodDefinition: (node) => void names.add(node.key.start),
    TSPropertySignature: (node) => void names.add(node.key.start),
    TSMethodSignature: (node) => void names.add(node.key.start),
    TSTypeReference: (node) => void names.add(node.typeName.start),
    VariableDeclarator: (node) => declare(node.id),
    ImportSpecifier: (node) => declare(node.local),
    FunctionDeclaration(node) {
      declare(node.id);
      for (const parameter of node.params) declare(parameter);
    },
    ArrowFunctionExpression(node) {
      for (const parameter of node.params) declare(parameter);
    },
  }).visit(program);
  for (const node of references) {
    if (impure.has(node.name) && !declared.has(node.name) && !names.has(node.start)) {
      report(node, `a pure package has no ${node.name}`);
    }
  }
}

/**
 * @param {Program} program
 * @param {Report} report
 */
function checkArithmetic(program, report) {
  /** @type {Set<number>} */
  const exact = new Set();
  new Visitor({
    MemberExpression(node) {
      if (node.object.type !== 'Identifier' || node.object.name !== 'Math') return;
      if (!node.computed && exactMath.has(node.property.name)) exact.add(node.object.start);
    },
    Identifier(node) {
      if (node.name === 'Math' && !exact.has(node.start)) {
        report(
          node,
          `of Math only ${[...exactMath].join(', ')} are the same everywhere; see packages/numeric`,
        );
      }
    },
    BinaryExpression(node) {
      if (node.operator === '**') report(node, '** differs between engines; see packages/numeric/src/pow.ts');
    },
    AssignmentExpression(node) {
      if (node.operator === '**=')
        report(node, '**= differs between engines; see packages/numeric/src/pow.ts');
    },
  }).visit(program);
}

/**
 * @param {Program} program
 * @param {string} text
 * @param {Report} report
 */
function checkTests(program, text, report) {
  let loops = 0;
  const enter = () => void loops++;
  const leave = () => void loops--;
  new Visitor({
    MemberExpression(node) {
      if (node.computed) return;
      const object = text.slice(node.object.start, node.object.end);
      const name = node.property.name;
      if (/^(test|it|describe|suite|bench)\b/.test(object) && testModifiers.has(name)) {
        report(node, `${object}.${name}: every test runs`);
      }
      if (object === 'vi' && mocking.has(name))
        report(node, 'no mocks of our own modules: use the real ones');
    },
    WhileStatement: enter,
    'WhileStatement:exit': leave,
    DoWhileStatement: enter,
    'DoWhileStatement:exit': leave,
    ForStatement: enter,
    'ForStatement:exit': leave,
    ForOfStatement: enter,
    'ForOfStatement:exit': leave,
    AwaitExpression(node) {
      const awaited = text.slice(node.argument.start, node.argument.end);
      const sleeps =
        /^(new Promise(<\w+>)?\(\s*\(?(\w+)\)?\s*=>\s*(void )?setTimeout\(\3\b|setTimeout\(|sleep\()/;
      if (loops === 0 && sleeps.test(awaited))
        report(node, 'a sleep: wait for a condition (vi.waitFor, expect.poll)');
    },
  }).visit(program);
}
