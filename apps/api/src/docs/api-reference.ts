import { describeSchema, type JsonSchema } from './describe-schema.ts';
import { escapeHtml } from './escape-html.ts';

type Content = Record<string, { schema?: JsonSchema }>;

interface Operation {
  operationId?: string;
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: JsonSchema }[];
  requestBody?: { required?: boolean; content?: Content };
  responses?: Record<string, { description?: string; content?: Content }>;
}

/** What is read of an OpenAPI 3.1 document. */
export interface ApiDocument {
  info: { version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, JsonSchema> };
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** The reference of the HTTP API as HTML, without script: every operation under its tag, then every named schema. */
export function renderApiReference(document: ApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => ({ method, path, operation })),
  );
  const sections = (document.tags ?? []).map(({ name, description = '' }) => {
    const own = operations.filter(({ operation }) => operation.tags?.includes(name));
    return `<h2 id="${idOf(name)}">${escapeHtml(name)}</h2>
<p>${escapeHtml(description)}</p>
${own.map(({ method, path, operation }) => renderOperation(method, path, operation)).join('\n')}`;
  });
  const schemas = Object.entries(document.components?.schemas ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => {
      const { type, parts } = describeSchema(schema);
      return `<h3 id="schema-${escapeHtml(name)}">${escapeHtml(name)}</h3>
<p><span class="type">${type}</span> ${escapeHtml(schema.description ?? '')}</p>${parts}`;
    });
  return `<h1>HTTP API</h1>
<p>Version ${escapeHtml(document.info.version)} of this service, from its own <a href="/openapi.json">OpenAPI document</a>. Errors are
described in <a href="/docs/errors">Errors</a>.</p>
${sections.join('\n')}
<h2 id="schemas">Schemas</h2>
${schemas.join('\n')}`;
}

function renderOperation(method: string, path: string, operation: Operation): string {
  const { operationId = `${method}-${path}`, summary = '', description } = operation;
  return [
    `<section class="operation"><h3 id="${escapeHtml(operationId)}">${escapeHtml(summary)}</h3>`,
    `<p><span class="method">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code></p>`,
    description === undefined ? '' : `<p>${escapeHtml(description)}</p>`,
    renderParameters(operation.parameters ?? []),
    renderContent('Body', operation.requestBody?.content ?? {}),
    renderResponses(operation.responses ?? {}),
    '</section>',
  ].join('\n');
}

function renderParameters(parameters: NonNullable<Operation['parameters']>): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(({ name, in: place, required, description = '', schema = {} }) => {
    const { type } = describeSchema(schema);
    const standard =
      schema.default === undefined ? '' : `, ${escapeHtml(JSON.stringify(schema.default))} unless given`;
    const what = escapeHtml(description || schema.description || '');
    return `<tr><td><code>${escapeHtml(name)}</code></td><td>${place}${required ? ', required' : ''}</td><td>${type}${standard}</td><td>${what}</td></tr>`;
  });
  return `<div class="table" tabindex="0"><table><thead><tr><th>parameter</th><th>in</th><th>type</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function renderContent(title: string, content: Content): string {
  return Object.entries(content)
    .map(([mediaType, { schema = {} }]) => {
      const { type, parts } = describeSchema(schema);
      return `<p>${title}, <code>${escapeHtml(mediaType)}</code>: <span class="type">${type}</span></p>${parts}`;
    })
    .join('\n');
}

function renderResponses(responses: NonNullable<Operation['responses']>): string {
  const answers = Object.entries(responses);
  const good = answers.filter(([status]) => status < '400');
  const problems = answers.filter(([status]) => status >= '400');
  const said = good.map(([status, { description = '', content = {} }]) =>
    Object.keys(content).length === 0
      ? `<p>Answer ${status}: ${escapeHtml(description)}</p>`
      : renderContent(`Answer ${status}`, content),
  );
  const list = problems.map(([status, { description = '' }]) => `${status} ${escapeHtml(description)}`);
  return `${said.join('\n')}\n<p class="type">Problems: ${list.join(' · ') || 'none of its own'}</p>`;
}

const idOf = (name: string) => escapeHtml(name.toLowerCase().replaceAll(' ', '-'));
