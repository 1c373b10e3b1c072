import { escapeHtml } from './escape-html.ts';

/** What is read of a JSON Schema (draft 2020-12) as the service's own routes use it. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

interface Described {
  /** HTML within a line. */
  type: string;
  /** HTML below it: what the value is made of; empty where the line says all. */
  parts: string;
}

/** A schema in words: its type in a line, and what is in it as a list. Named schemas are links to `#schema-NAME`. */
export function describeSchema(schema: JsonSchema): Described {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1)!;
    return line(`<a href="#schema-${escapeHtml(name)}">${escapeHtml(name)}</a>`);
  }
  if (schema.const !== undefined) return line(value(schema.const));
  if (schema.enum !== undefined) return line(schema.enum.map(value).join(' | '));
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return describeAlternatives(alternatives);
  if (schema.allOf !== undefined) return describeAlternatives(schema.allOf, 'all of');
  if (schema.prefixItems !== undefined) {
    return line(`[${schema.prefixItems.map((one) => describeSchema(one).type).join(', ')}]`);
  }
  if (schema.items !== undefined) {
    const items = describeSchema(schema.items);
    return { type: `list of ${items.type}${limits(schema)}`, parts: items.parts };
  }
  if (schema.properties !== undefined) return { type: 'object', parts: listProperties(schema) };
  if (typeof schema.additionalProperties === 'object') {
    const values = describeSchema(schema.additionalProperties);
    return { type: `object, each value ${values.type}`, parts: values.parts };
  }
  const types = schema.type === undefined ? 'any' : [schema.type].flat().join(' | ');
  return line(
    `${types}${schema.format === undefined ? '' : ` (${escapeHtml(schema.format)})`}${limits(schema)}`,
  );
}

function describeAlternatives(schemas: readonly JsonSchema[], word = 'one of'): Described {
  const described = schemas.map(describeSchema);
  if (described.every(({ parts }) => parts === '')) {
    return line([...new Set(described.map(({ type }) => type))].join(' | '));
  }
  const items = described.map(({ type, parts }) => `<li><span class="type">${type}</span>${parts}</li>`);
  return { type: word, parts: `<ul class="schema">${items.join('')}</ul>` };
}

function listProperties({ properties = {}, required = [] }: JsonSchema): string {
  const items = Object.entries(properties).map(([name, schema]) => {
    const { type, parts } = describeSchema(schema);
    const optional = required.includes(name) ? '' : ', optional';
    const standard = schema.default === undefined ? '' : `, ${value(schema.default)} unless given`;
    const text = schema.description === undefined ? '' : ` ${escapeHtml(schema.description)}`;
    return `<li><code>${escapeHtml(name)}</code> <span class="type">${type}${optional}${standard}</span>${text}${parts}</li>`;
  });
  return `<ul class="schema">${items.join('')}</ul>`;
}

function limits(schema: JsonSchema): string {
  const said = [
    schema.minimum !== undefined && schema.minimum > Number.MIN_SAFE_INTEGER && `from ${schema.minimum}`,
    schema.exclusiveMinimum !== undefined && `above ${schema.exclusiveMinimum}`,
    schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER && `to ${schema.maximum}`,
    schema.exclusiveMaximum !== undefined && `below ${schema.exclusiveMaximum}`,
    schema.minLength !== undefined && `at least ${schema.minLength} characters`,
    schema.maxLength !== undefined && `at most ${schema.maxLength} characters`,
    schema.minItems !== undefined && `at least ${schema.minItems}`,
    schema.maxItems !== undefined && `at most ${schema.maxItems}`,
    // The pattern of a format says nothing that its name does not.
    schema.pattern !== undefined &&
      schema.format === undefined &&
      `<code>${escapeHtml(schema.pattern)}</code>`,
  ].filter((one) => one !== false);
  return said.length === 0 ? '' : `, ${said.join(' ')}`;
}

const line = (type: string): Described => ({ type, parts: '' });

const value = (given: unknown) => `<code>${escapeHtml(JSON.stringify(given))}</code>`;
