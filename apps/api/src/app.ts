import { randomUUID } from 'node:crypto';
import multipart from '@fastify/multipart';
import { listen } from '@holdfast/db/listen';
import type { Database } from '@holdfast/db/open-database';
import type { Queues } from '@holdfast/queue/open-queues';
import { noTracing, type Tracing } from '@holdfast/tracing/tracing';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { pino } from 'pino';
import { keyRoutes } from './access/keys.routes.ts';
import type { Limits } from './access/request-limits.ts';
import { sessionRoutes } from './access/session.routes.ts';
import { activityRoutes } from './activity/activity.routes.ts';
import type { App } from './app-instance.ts';
import { boardWindowRoutes } from './board-window/board-window.routes.ts';
import { calibrationRoutes } from './calibration/calibration.routes.ts';
import { comparisonRoutes } from './comparison/comparison.routes.ts';
import { serveDashboard } from './dashboard.ts';
import { datasetSummaryRoutes } from './dataset-summary/dataset-summary.routes.ts';
import { datasetsRoutes } from './datasets/datasets.routes.ts';
import { defaultTableLimits } from './datasets/table-builder.ts';
import { decisionRegionRoutes } from './decision-regions/decision-regions.routes.ts';
import { diagnosisRoutes } from './diagnoses/diagnoses.routes.ts';
import { serveDocs } from './docs/serve-docs.ts';
import { eventRoutes } from './events/events.routes.ts';
import { externalRoutes } from './external/external.routes.ts';
import { hardestRowsRoutes } from './hardest-rows/hardest-rows.routes.ts';
import { healthRoutes } from './health.routes.ts';
import { importanceRoutes } from './importance/importance.routes.ts';
import { createBoardTexts } from './leaderboard/board-texts.ts';
import { BoardThread } from './leaderboard/board-thread.ts';
import { createBoards } from './leaderboard/boards.ts';
import { createLastingAnswers } from './leaderboard/lasting-answers.ts';
import { leaderboardRoutes } from './leaderboard/leaderboard.routes.ts';
import { learningCurveRoutes } from './learning-curve/learning-curve.routes.ts';
import { ledgerRoutes } from './locked-test/ledger.routes.ts';
import { revealRoutes } from './locked-test/reveals.routes.ts';
import { modelRoutes } from './models/models.routes.ts';
import { nestedRoutes } from './nested/nested.routes.ts';
import { plotRoutes } from './plots/plots.routes.ts';
import { guardAccess } from './plugins/access.ts';
import { answerClientError } from './plugins/client-errors.ts';
import { logRequests } from './plugins/log-requests.ts';
import { measure } from './plugins/metrics.ts';
import { describeApi } from './plugins/openapi.ts';
import { answerProblems, sendProblem, toProblemError } from './plugins/problem-json.ts';
import { addSecurityHeaders } from './plugins/security-headers.ts';
import { traceRequests } from './plugins/trace-requests.ts';
import { trackConnections } from './plugins/track-connections.ts';
import { answerUnknownAddresses } from './plugins/unknown-address.ts';
import { preprocessingRoutes } from './preprocessing/preprocessing.routes.ts';
import { ProblemError } from './problem-error.ts';
import { createSearchWatch } from './search-watch.ts';
import { createOutdatedSearches } from './searches/outdated-searches.ts';
import { searchControlRoutes } from './searches/search-control.routes.ts';
import { searchRoutes } from './searches/searches.routes.ts';
import { createSubmissions } from './searches/submissions.ts';
import { createTrainingLabels } from './searches/training-labels.ts';
import type { ApiSettings } from './settings.ts';
import { trialRoutes } from './trials/trials.routes.ts';
import { workerRoutes } from './workers/workers.routes.ts';

interface AppDeps {
  database: Database;
  queues: Queues;
  /** Silent unless given. */
  logger?: FastifyBaseLogger;
  /** None unless given. */
  tracing?: Tracing;
  settings: Pick<ApiSettings, 'host' | 'keys' | 'webFolder' | 'databaseUrl'> &
    Partial<
      Pick<
        ApiSettings,
        'docsFolder' | 'limits' | 'bodyBytes' | 'requestSeconds' | 'mostStreams' | 'tables' | 'searches'
      >
    >;
}

const mebibyte = 1024 * 1024;

/** Far above what a thousand pollers with one key ask for: a bound against runaways. */
const defaultRequestLimits: Limits = { requestsPerSecond: 2000, requestsInFlight: 4000 };

/**
 * The whole application, not listening yet. Closing it ends event streams and held answers; database and queues
 * stay the caller's.
 * @throws SettingsError where the binding is not allowed
 */
export async function buildApp({
  database,
  queues,
  logger,
  settings,
  tracing = noTracing,
}: AppDeps): Promise<App> {
  const app = Fastify({
    loggerInstance: logger ?? (pino({ level: 'silent' }) as FastifyBaseLogger),
    // Pollers ask by the thousand: a line for each request is for `debug`, below.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: settings.bodyBytes ?? 16 * mebibyte,
    // Whole uploads must fit; a header that trickles in must not hold a connection.
    requestTimeout: (settings.requestSeconds ?? 600) * 1000,
    connectionTimeout: 90_000,
    // Node looks for late headers every 30 s unless told.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 5000 },
    // In the contract's form instead, below.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      sendProblem(toProblemError(error, request), request, reply as never);
    },
  }).withTypeProvider<ZodTypeProvider>();

  const watch = createSearchWatch(database);
  const boardThread = new BoardThread(settings.databaseUrl);
  const boards = createBoards(boardThread, watch, createLastingAnswers(database));
  const texts = createBoardTexts(boards);
  const loadLabels = createTrainingLabels(database);
  const submissions = createSubmissions({
    database,
    loadLabels,
    limits: settings.searches,
    databaseUrl: settings.databaseUrl,
  });
  const outdated = createOutdatedSearches({ database, submissions, log: app.log });
  const dropConnections = trackConnections(app.server);
  app.addHook('onListen', async () => {
    boardThread.start();
    submissions.start();
    outdated.start();
  });
  app.addHook('preClose', async () => {
    outdated.stop();
    watch.close();
    dropConnections();
  });

  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app);
  answerUnknownAddresses(app);
  addSecurityHeaders(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (watch.closing.aborted) {
      throw new ProblemError('unavailable', 'The service is stopping. Try again.', {
        headers: { connection: 'close', 'retry-after': '2' },
      });
    }
    if (request.url.includes('%00')) {
      throw new ProblemError('invalid-request', 'The address must not hold the character U+0000.');
    }
  });
  logRequests(app);
  traceRequests(app, tracing);
  const ring = await guardAccess(app, {
    ...settings,
    database,
    limits: settings.limits ?? defaultRequestLimits,
  });

  let listening: Awaited<ReturnType<typeof listen>> | undefined;
  app.addHook('onReady', async () => {
    listening = await listen(settings.databaseUrl, 'holdfast_search', watch.tell, watch.tellAll);
  });
  app.addHook('onClose', async () => {
    await Promise.all([listening?.close(), boardThread.close(), submissions.close()]);
  });

  await describeApi(app, { needsKey: ring !== null });
  await measure(app, { database, queues });
  await app.register(healthRoutes, { database, queues });
  await app.register(sessionRoutes, { ring });
  await app.register(keyRoutes, { database });
  await app.register(async (scope) => {
    await scope.register(multipart);
    await scope.register(datasetsRoutes, {
      database,
      limits: { ...defaultTableLimits, ...settings.tables },
    });
  });
  await app.register(searchRoutes, { database, boards, watch, submissions });
  await app.register(searchControlRoutes, { database, boards, loadLabels, limits: settings.searches });
  await app.register(externalRoutes, { database, watch });
  await app.register(leaderboardRoutes, { boards, texts, watch });
  await app.register(nestedRoutes, { database, boards, watch });
  await app.register(learningCurveRoutes, { database, boards, watch, submissions });
  await app.register(hardestRowsRoutes, { database, boards, loadLabels });
  await app.register(boardWindowRoutes, { boards, texts, watch });
  await app.register(plotRoutes, { database, boards });
  await app.register(comparisonRoutes, { database, boards });
  await app.register(preprocessingRoutes, { database });
  await app.register(importanceRoutes, { boards });
  await app.register(trialRoutes, { database, boards, loadLabels });
  await app.register(calibrationRoutes, { database, loadLabels });
  await app.register(decisionRegionRoutes, { database });
  await app.register(diagnosisRoutes, { database });
  await app.register(datasetSummaryRoutes, { database });
  await app.register(eventRoutes, { database, boards, watch, mostStreams: settings.mostStreams ?? 1000 });
  await app.register(modelRoutes, { database, boards, watch });
  await app.register(revealRoutes, { database, boards });
  await app.register(ledgerRoutes, { database });
  await app.register(workerRoutes, { database });
  await app.register(activityRoutes, { database, queues });
  await serveDocs(app, { docsFolder: settings.docsFolder ?? '' });
  await serveDashboard(app, settings);
  return app;
}
