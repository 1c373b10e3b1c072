import { afterEach, expect, test } from 'vitest';
import { startOtlpCollector } from '../../../tests/setup/otlp-collector.ts';
import { noTracing, openTracing } from './tracing.ts';

afterEach(() => {
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
});

test('is nothing where no collector is named', async () => {
  const tracing = await openTracing({}, 'holdfast-test');
  expect(tracing).toBe(noTracing);
  expect(tracing.begin('work').traceparent).toBeNull();
});

test('sends spans that know their parent, also one from another process', async () => {
  const collector = await startOtlpCollector();
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.endpoint;
  const tracing = await openTracing(process.env, 'holdfast-test');
  const outer = tracing.begin('outer', { kind: 'server', attributes: { search: 'se_1' } });
  expect(outer.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  tracing.begin('inner', { parent: outer.traceparent }).end({ fold: 3 }, 'diverged');
  tracing.begin('other', { parent: 'nonsense' }).end();
  outer.end();
  await tracing.close();

  const [outerSpan, inner, other] = ['outer', 'inner', 'other'].map(
    (name) => collector.spans.find((span) => span.name === name)!,
  );
  expect(outerSpan).toMatchObject({ service: 'holdfast-test', attributes: { search: 'se_1' } });
  expect(inner).toMatchObject({
    traceId: outerSpan!.traceId,
    parentSpanId: outerSpan!.spanId,
    status: { code: 2, message: 'diverged' },
    attributes: { fold: 3 },
  });
  expect(other!.traceId).not.toBe(outerSpan!.traceId);
  await collector.close();
});

test('closes in time where the collector is gone', async () => {
  const collector = await startOtlpCollector();
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.endpoint;
  process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '500';
  await collector.close();
  const tracing = await openTracing(process.env, 'holdfast-test');
  tracing.begin('work').end();
  await tracing.close();
  delete process.env['OTEL_EXPORTER_OTLP_TIMEOUT'];
});
