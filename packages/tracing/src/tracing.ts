export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A stretch of work that a trace shows. */
export interface Span {
  /** What a part of this work gives as its `parent`, in another process too: W3C Trace Context; `null` where nothing is traced. */
  readonly traceparent: string | null;
  /** @param error why the work failed */
  end(attributes?: Attributes, error?: string): void;
}

export interface SpanOptions {
  /** `internal` unless given. */
  kind?: 'server' | 'consumer' | 'internal';
  /** A `traceparent`; without one, or with what is none, the span begins a trace. */
  parent?: string | null | undefined;
  attributes?: Attributes;
}

export interface Tracing {
  begin(name: string, options?: SpanOptions): Span;
  /** Sends what has ended; ends within some seconds also where nobody takes it. */
  close(): Promise<void>;
}

const noSpan: Span = { traceparent: null, end: () => {} };

/** Where nothing is traced. */
export const noTracing: Tracing = { begin: () => noSpan, close: async () => {} };

/**
 * Traces by OpenTelemetry where OTEL_EXPORTER_OTLP_ENDPOINT names a collector; else `noTracing`, and nothing of OpenTelemetry is
 * loaded. The exporter's other variables (OTEL_EXPORTER_OTLP_HEADERS …) hold as its specification says.
 *
 * @param service what the spans are shown under: `holdfast-api`
 */
export async function openTracing(environment: NodeJS.ProcessEnv, service: string): Promise<Tracing> {
  if (!environment['OTEL_EXPORTER_OTLP_ENDPOINT']) return noTracing;
  const { openOtlpTracing } = await import('./otlp-tracing.ts');
  return openOtlpTracing(service);
}
