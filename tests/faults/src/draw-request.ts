import type { RandomWords } from './random-words.ts';

type Schema = { [key: string]: unknown };

export interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: string; schema: Schema }[];
  /** Of its JSON body. */
  body: Schema | null;
}

export interface DrawnRequest {
  method: string;
  /** From the first slash on. */
  address: string;
  body: string | null;
}

export interface ApiDocument {
  paths: Record<string, Record<string, Schema>>;
  components?: { schemas?: Record<string, Schema> };
}

/** All operations of an OpenAPI document. */
export function listOperations(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const content = (operation['requestBody'] as { content?: Record<string, { schema: Schema }> })?.content;
      return {
        method: method.toUpperCase(),
        path,
        parameters: (operation['parameters'] as Operation['parameters'] | undefined) ?? [],
        body: content?.['application/json']?.schema ?? null,
      };
    }),
  );
}

const oddTexts = [
  '',
  ' ',
  '../../etc/passwd',
  '%00',
  "'; DROP TABLE searches; --",
  '=cmd()',
  '<script>alert(1)</script>',
  '\u202e\u0000',
  '__proto__',
  '0',
  '-1',
  'NaN',
  '1e999',
  '💣'.repeat(300),
  'x'.repeat(10_000),
];
const oddValues: unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  1e-308,
  0.1,
  2 ** 53,
  [],
  {},
  [[]],
  '',
  'x',
  [null],
];
const oddKeys = ['__proto__', 'constructor', 'toString', '', 'x'.repeat(300)];

/** Requests as the document has them, and just beside that: values, types, keys and texts that are not what is said. */
export class RequestDrawer {
  readonly #words: RandomWords;
  readonly #schemas: Record<string, Schema>;
  /** Ids and names that are there, so that not everything is 404. */
  readonly #known: readonly string[];

  constructor(words: RandomWords, document: ApiDocument, known: readonly string[]) {
    this.#words = words;
    this.#schemas = document.components?.schemas ?? {};
    this.#known = known;
  }

  draw(operation: Operation): DrawnRequest {
    let address = operation.path;
    const query = new URLSearchParams();
    for (const { name, in: place, schema } of operation.parameters) {
      if (place === 'path')
        address = address.replace(`{${name}}`, () =>
          encodeURIComponent(this.#segment(schema, operation.method)),
        );
      else if (place === 'query' && this.#chance(0.5)) query.append(name, this.#text(this.#value(schema, 0)));
    }
    if (this.#chance(0.05)) query.append(this.#words.pick(oddTexts), this.#words.pick(oddTexts));
    const text = query.toString();
    return {
      method: operation.method,
      address: text === '' ? address : `${address}?${text}`,
      body: operation.body === null ? null : this.#body(operation.body),
    };
  }

  #body(schema: Schema): string {
    const json = JSON.stringify(this.#value(schema, 0)) ?? 'null';
    // Now and then what is no JSON.
    return this.#chance(0.03) ? json.slice(0, Math.floor(this.#words.between(0, json.length))) : json;
  }

  #segment(schema: Schema, method: string): string {
    // What is known stays there, to be asked about.
    const share = method === 'DELETE' ? 1 : this.#words.between(0, 1);
    if (share < 0.7) return this.#words.pick(this.#known);
    return share < 0.85 ? this.#text(this.#value(schema, 0)) : this.#words.pick(oddTexts);
  }

  #text(value: unknown): string {
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  #value(given: Schema | undefined, depth: number): unknown {
    const schema = this.#resolve(given);
    if (this.#chance(0.04) || depth > 8) return this.#words.pick(oddValues);
    const options = (schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']) as Schema[] | undefined;
    if (options && options.length > 0) return this.#value(this.#words.pick(options), depth + 1);
    if ('const' in schema) return schema['const'];
    const listed = schema['enum'] as unknown[] | undefined;
    if (listed && listed.length > 0) return this.#words.pick(listed);
    const type = schema['type'];
    switch (Array.isArray(type) ? this.#words.pick(type) : type) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return Array.from({ length: this.#words.word() % 4 }, () =>
          this.#value(schema['items'] as Schema, depth + 1),
        );
      case 'string':
        return this.#chance(0.4) ? this.#words.pick(this.#known) : this.#words.pick(oddTexts);
      case 'integer':
        return this.#words.pick([0, 1, 2, 3, 5, 10, 100, -1, 2 ** 31, 2 ** 53]);
      case 'number':
        return this.#words.pick([0, 0.5, 1e-3, 0.1, 1, 10, -1, 1e308]);
      case 'boolean':
        return this.#chance(0.5);
      case 'null':
        return null;
      default:
        return this.#words.pick(oddValues);
    }
  }

  #object(schema: Schema, depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    const required = new Set((schema['required'] as string[] | undefined) ?? []);
    for (const [name, inner] of Object.entries((schema['properties'] as Record<string, Schema>) ?? {})) {
      if (!this.#chance(required.has(name) ? 0.97 : 0.35)) continue;
      entries.push([name, this.#value(inner, depth + 1)]);
    }
    if (this.#chance(0.03)) entries.push([this.#words.pick(oddKeys), this.#words.pick(oddValues)]);
    return Object.fromEntries(entries);
  }

  #resolve(schema: Schema | undefined): Schema {
    const reference = schema?.['$ref'];
    if (typeof reference !== 'string') return schema ?? {};
    return this.#resolve(this.#schemas[reference.split('/').at(-1)!]);
  }

  #chance(share: number): boolean {
    return this.#words.between(0, 1) < share;
  }
}
