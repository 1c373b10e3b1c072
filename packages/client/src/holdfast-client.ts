import { type Activity, activitySchema } from '@holdfast/contracts/activity';
import type { AnySpecInput } from '@holdfast/contracts/any-spec';
import { type BoardWindow, boardWindowSchema } from '@holdfast/contracts/board-window';
import { type Calibration, calibrationSchema } from '@holdfast/contracts/calibration';
import { type Comparison, comparisonSchema } from '@holdfast/contracts/comparison';
import {
  type Dataset,
  type DatasetPreview,
  datasetPreviewSchema,
  datasetSchema,
} from '@holdfast/contracts/dataset';
import { type DatasetSummary, datasetSummarySchema } from '@holdfast/contracts/dataset-summary';
import { type DecisionRegions, decisionRegionsSchema } from '@holdfast/contracts/decision-regions';
import { type Diagnoses, diagnosesSchema } from '@holdfast/contracts/diagnosis';
import {
  type AskAnswer,
  type AskInput,
  askAnswerSchema,
  type Lease,
  leaseSchema,
  type TellAnswer,
  type ToldResultInput,
  type TrainAnswer,
  tellAnswerSchema,
} from '@holdfast/contracts/external-trainer';
import { type HardestRows, hardestRowsSchema } from '@holdfast/contracts/hardest-rows';
import { type Importance, importanceSchema } from '@holdfast/contracts/importance';
import { type Leaderboard, leaderboardSchema } from '@holdfast/contracts/leaderboard';
import {
  type LearningCurve,
  type LearningCurveRequestInput,
  learningCurveSchema,
} from '@holdfast/contracts/learning-curve';
import {
  type LedgerHeadAnswer,
  type LedgerVerification,
  ledgerEntrySchema,
  ledgerHeadAnswerSchema,
  ledgerVerificationSchema,
} from '@holdfast/contracts/ledger';
import { type Model, type ModelRequest, modelSchema } from '@holdfast/contracts/model';
import {
  type ArtifactFormat,
  type ModelArtifact,
  modelArtifactSchema,
} from '@holdfast/contracts/model-artifact';
import { type Nested, nestedSchema } from '@holdfast/contracts/nested';
import { pageOf } from '@holdfast/contracts/page';
import {
  type HeatMap,
  heatMapSchema,
  type Timeline,
  type TrialPoints,
  timelineSchema,
  trialPointsSchema,
} from '@holdfast/contracts/plots';
import { type Predictions, predictionsSchema } from '@holdfast/contracts/predictions';
import { type Reveal, revealSchema, revealsSchema } from '@holdfast/contracts/reveal';
import { type Rungs, rungsSchema } from '@holdfast/contracts/rungs';
import { type Search, type SearchPlan, searchPlanSchema, searchSchema } from '@holdfast/contracts/search';
import type { OwnTrialInput, RefinementInput } from '@holdfast/contracts/search-control';
import type { SearchEvent } from '@holdfast/contracts/search-event';
import { type OutOfFold, outOfFoldSchema, type Trial, trialSchema } from '@holdfast/contracts/trial';
import { type Worker, workersSchema } from '@holdfast/contracts/worker';
import { eachItem } from './each-item.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { readEvents } from './read-events.ts';
import { SearchHandle } from './search-handle.ts';
import { type Connection, type RequestOptions, requestJson, sendRequest, wait } from './send-request.ts';

const datasetsPage = pageOf(datasetSchema);
const modelsPage = pageOf(modelSchema);
const searchesPage = pageOf(searchSchema);
const ledgerPage = pageOf(ledgerEntrySchema);
/** Between two looks at a reveal, in ms. */
const revealPaceMs = 500;

/** Which trials of a board are wanted; conditions as in `?where=`, all of which must hold. */
export interface BoardFilter {
  metric?: string | undefined;
  where?: readonly string[];
}

/** What a trainer tells of a fold run, beside its lease. */
export type Told = ToldResultInput extends infer Result
  ? Result extends { lease: string }
    ? Omit<Result, 'lease'>
    : never
  : never;

/** Which searches are wanted; `name`: a part of it, in whatever case; `dataset`: its id. */
export interface SearchesFilter {
  tag?: string;
  status?: string;
  name?: string;
  dataset?: string;
}

export interface PageQuery {
  limit?: number;
  cursor?: string;
}

/** Holdfast over HTTP, in Node and in browsers. Every method throws HttpError or UnreachableError. */
export class HoldfastClient {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = { ...connection, url: connection.url.replace(/\/+$/, '') };
  }

  /**
   * Any request of the contract, with the key, the repetitions and the errors of the other methods; the answer as it came.
   * `path` begins with `/v1/`.
   */
  async send(path: string, options: RequestOptions = {}): Promise<Response> {
    return sendRequest(this.#connection, path, options);
  }

  /** Uploads a CSV file (gzip or not) with what it means. `spec` is as in `POST /v1/datasets`. */
  async uploadDataset(spec: Record<string, unknown>, file: Blob, fileName = 'data.csv'): Promise<Dataset> {
    const form = new FormData();
    form.set('spec', JSON.stringify(spec));
    form.set('file', file, fileName);
    return requestJson(this.#connection, datasetSchema, '/v1/datasets', {
      method: 'POST',
      body: form,
      headers: { 'idempotency-key': idempotencyKey() },
    });
  }

  /** Creates a data set that the service makes itself. */
  async generateDataset(spec: Record<string, unknown>): Promise<Dataset> {
    return requestJson(this.#connection, datasetSchema, '/v1/datasets', {
      method: 'POST',
      body: spec,
      headers: { 'idempotency-key': idempotencyKey() },
    });
  }

  async listDatasets(query: PageQuery = {}) {
    return requestJson(this.#connection, datasetsPage, '/v1/datasets', { query: { ...query } });
  }

  /** All data sets, newest first. */
  eachDataset() {
    return eachItem((cursor) => this.listDatasets({ limit: 1000, ...(cursor ? { cursor } : {}) }));
  }

  async getDataset(dataset: string): Promise<Dataset> {
    return requestJson(this.#connection, datasetSchema, `/v1/datasets/${encodeURIComponent(dataset)}`);
  }

  /** Training rows, from `offset` on. */
  async previewDataset(dataset: string, limit = 20, offset = 0): Promise<DatasetPreview> {
    const path = `/v1/datasets/${encodeURIComponent(dataset)}/preview`;
    return requestJson(this.#connection, datasetPreviewSchema, path, { query: { limit, offset } });
  }

  /** How the values of some features are distributed, in training rows. */
  async summarizeDataset(
    dataset: string,
    query: { offset?: number; limit?: number } = {},
  ): Promise<DatasetSummary> {
    const path = `/v1/datasets/${encodeURIComponent(dataset)}/summary`;
    return requestJson(this.#connection, datasetSummarySchema, path, { query: { ...query } });
  }

  /**
   * Tests trials on the locked rows, the recommended one unless named: spends one of their budget for each. A repeated
   * attempt after a broken connection buys nothing twice.
   */
  async createReveal(search: string, trials?: readonly number[]): Promise<Reveal> {
    const path = `/v1/searches/${encodeURIComponent(search)}/reveal`;
    return requestJson(this.#connection, revealSchema, path, {
      method: 'POST',
      body: trials === undefined ? {} : { trials },
      headers: { 'idempotency-key': idempotencyKey() },
    });
  }

  async listReveals(search: string): Promise<Reveal[]> {
    const path = `/v1/searches/${encodeURIComponent(search)}/reveals`;
    return (await requestJson(this.#connection, revealsSchema, path)).items;
  }

  /** Raises how many trials may be tested on the rows of a data set; needs the scope `admin`. */
  async raiseRevealBudget(dataset: string, revealBudget: number): Promise<Dataset> {
    const path = `/v1/datasets/${encodeURIComponent(dataset)}/reveal-budget`;
    return requestJson(this.#connection, datasetSchema, path, { method: 'PUT', body: { revealBudget } });
  }

  /** A reveal once it is completed or failed; `onProgress` hears of every look at it. */
  async waitForReveal(
    { id, search }: Pick<Reveal, 'id' | 'search'>,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (reveal: Reveal) => void } = {},
  ): Promise<Reveal> {
    for (;;) {
      signal?.throwIfAborted();
      const reveal = (await this.listReveals(search)).find((one) => one.id === id);
      if (!reveal) throw new Error(`There is no reveal ${id} of ${search}`);
      onProgress?.(reveal);
      if (reveal.status === 'completed' || reveal.status === 'failed') return reveal;
      await wait(revealPaceMs, signal);
    }
  }

  async listLedger(query: PageQuery & { dataset?: string } = {}) {
    return requestJson(this.#connection, ledgerPage, '/v1/ledger', { query: { ...query } });
  }

  /** All entries, newest first. */
  eachLedgerEntry(query: { dataset?: string } = {}) {
    return eachItem((cursor) => this.listLedger({ ...query, limit: 1000, ...(cursor ? { cursor } : {}) }));
  }

  async getLedgerHead(): Promise<LedgerHeadAnswer> {
    return requestJson(this.#connection, ledgerHeadAnswerSchema, '/v1/ledger/head');
  }

  async verifyLedger(): Promise<LedgerVerification> {
    return requestJson(this.#connection, ledgerVerificationSchema, '/v1/ledger/verification');
  }

  async deleteDataset(dataset: string): Promise<void> {
    await sendRequest(this.#connection, `/v1/datasets/${encodeURIComponent(dataset)}`, { method: 'DELETE' });
  }

  /** Submits a search; a repeated attempt after a broken connection does not submit it twice. */
  async createSearch(spec: AnySpecInput): Promise<Search> {
    return requestJson(this.#connection, searchSchema, '/v1/searches', {
      method: 'POST',
      body: spec,
      headers: { 'idempotency-key': idempotencyKey() },
    });
  }

  /** What a search would do; creates nothing. */
  async planSearch(spec: AnySpecInput): Promise<SearchPlan> {
    return requestJson(this.#connection, searchPlanSchema, '/v1/searches', {
      method: 'POST',
      body: spec,
      query: { dryRun: true },
    });
  }

  /**
   * A fold run of an external search to train; or to wait, or to stop. A client that asks again before it has told gets
   * the same one, so that a repeated attempt after a broken connection takes nothing away.
   */
  async ask(search: string, ask: AskInput, signal?: AbortSignal): Promise<AskAnswer> {
    return requestJson(this.#connection, askAnswerSchema, `/v1/searches/${encodeURIComponent(search)}/asks`, {
      method: 'POST',
      body: ask,
      repeatable: true,
      signal,
    });
  }

  /** The result of a fold run that was asked for; throws HttpError `lease-lost` where it comes too late. */
  async tell(asked: Pick<TrainAnswer, 'resultPath' | 'lease'>, result: Told): Promise<TellAnswer> {
    return requestJson(this.#connection, tellAnswerSchema, asked.resultPath, {
      method: 'POST',
      body: { lease: asked.lease.token, ...result },
      repeatable: true,
    });
  }

  /** A sign of life; throws HttpError `lease-lost` where the fold run is not needed any more. */
  async renewLease(
    asked: Pick<TrainAnswer, 'search' | 'trial' | 'repeat' | 'fold' | 'lease'>,
    leaseSeconds?: number,
  ): Promise<Lease> {
    const { search, trial, repeat, fold, lease } = asked;
    const path = `/v1/searches/${encodeURIComponent(search)}/trials/${trial}/folds/${fold}/lease`;
    return requestJson(this.#connection, leaseSchema, path, {
      method: 'POST',
      query: { repeat },
      body: { lease: lease.token, ...(leaseSeconds !== undefined && { leaseSeconds }) },
      repeatable: true,
    });
  }

  async listSearches(query: PageQuery & SearchesFilter = {}) {
    return requestJson(this.#connection, searchesPage, '/v1/searches', { query: { ...query } });
  }

  /** All searches, newest first. */
  eachSearch(query: SearchesFilter = {}) {
    return eachItem((cursor) => this.listSearches({ ...query, limit: 100, ...(cursor ? { cursor } : {}) }));
  }

  /** Submits a search and gives a handle on it. */
  async submitSearch(spec: AnySpecInput): Promise<SearchHandle> {
    return this.search((await this.createSearch(spec)).id);
  }

  /** A handle on a search that is there; asks nothing. */
  search(id: string): SearchHandle {
    return new SearchHandle(this, id);
  }

  async getSearch(search: string): Promise<Search> {
    return requestJson(this.#connection, searchSchema, `/v1/searches/${encodeURIComponent(search)}`);
  }

  async cancelSearch(search: string): Promise<Search> {
    const path = `/v1/searches/${encodeURIComponent(search)}/cancel`;
    return requestJson(this.#connection, searchSchema, path, { method: 'POST' });
  }

  /** Nothing more is begun until it is resumed. */
  async pauseSearch(search: string): Promise<Search> {
    const path = `/v1/searches/${encodeURIComponent(search)}/pause`;
    return requestJson(this.#connection, searchSchema, path, { method: 'POST' });
  }

  async resumeSearch(search: string): Promise<Search> {
    const path = `/v1/searches/${encodeURIComponent(search)}/resume`;
    return requestJson(this.#connection, searchSchema, path, { method: 'POST' });
  }

  /** Gives a search more trials of its strategy; one that has completed goes on. */
  async extendSearch(search: string, trials: number): Promise<Search> {
    return requestJson(this.#connection, searchSchema, `/v1/searches/${encodeURIComponent(search)}/extend`, {
      method: 'POST',
      body: { trials },
      headers: { 'idempotency-key': idempotencyKey() },
    });
  }

  /** Adds a trial of one's own to a search that is not over. */
  async addTrial(search: string, trial: OwnTrialInput): Promise<Trial> {
    return requestJson(this.#connection, trialSchema, `/v1/searches/${encodeURIComponent(search)}/trials`, {
      method: 'POST',
      body: trial,
      headers: { 'idempotency-key': idempotencyKey() },
    });
  }

  /** A new search around the best trials of one. */
  async refineSearch(search: string, refinement: RefinementInput = {}): Promise<Search> {
    return requestJson(this.#connection, searchSchema, `/v1/searches/${encodeURIComponent(search)}/refine`, {
      method: 'POST',
      body: refinement,
      headers: { 'idempotency-key': idempotencyKey() },
    });
  }

  async deleteSearch(search: string): Promise<void> {
    await sendRequest(this.#connection, `/v1/searches/${encodeURIComponent(search)}`, { method: 'DELETE' });
  }

  async getLeaderboard(
    search: string,
    query: PageQuery & { metric?: string; sort?: string; where?: string | readonly string[] } = {},
  ): Promise<Leaderboard> {
    const path = `/v1/searches/${encodeURIComponent(search)}/leaderboard`;
    return requestJson(this.#connection, leaderboardSchema, path, { query: { ...query } });
  }

  /** A stretch of the board, from any place. */
  async getBoardWindow(
    search: string,
    query: BoardFilter & { sort?: string | undefined; offset?: number; limit?: number } = {},
    signal?: AbortSignal,
  ): Promise<BoardWindow> {
    const path = `/v1/searches/${encodeURIComponent(search)}/leaderboard/window`;
    return requestJson(this.#connection, boardWindowSchema, path, { query: { ...query }, signal });
  }

  /** Trials as points; of very many, a sample. */
  async getTrialPoints(
    search: string,
    query: BoardFilter & { limit?: number } = {},
    signal?: AbortSignal,
  ): Promise<TrialPoints> {
    const path = `/v1/searches/${encodeURIComponent(search)}/points`;
    return requestJson(this.#connection, trialPointsSchema, path, { query: { ...query }, signal });
  }

  /** Scores over two hyperparameters, binned, from every trial. */
  async getHeatMap(
    search: string,
    query: BoardFilter & { x: string; y: string },
    signal?: AbortSignal,
  ): Promise<HeatMap> {
    const path = `/v1/searches/${encodeURIComponent(search)}/heat-map`;
    return requestJson(this.#connection, heatMapSchema, path, { query: { ...query }, signal });
  }

  /** The latest fold runs: when, and by which worker. */
  async getTimeline(search: string, query: { limit?: number } = {}): Promise<Timeline> {
    const path = `/v1/searches/${encodeURIComponent(search)}/timeline`;
    return requestJson(this.#connection, timelineSchema, path, { query: { ...query } });
  }

  /** The scores of trials at each rung of successive halving or Hyperband. */
  async getRungs(search: string, query: { metric?: string; limit?: number } = {}): Promise<Rungs> {
    const path = `/v1/searches/${encodeURIComponent(search)}/rungs`;
    return requestJson(this.#connection, rungsSchema, path, { query: { ...query } });
  }

  /** The whole leaderboard as CSV; `columns: 'cv_results'` has scikit-learn's names. */
  async getLeaderboardCsv(
    search: string,
    query: { metric?: string; sort?: string; where?: string; columns?: 'cv_results' } = {},
  ): Promise<string> {
    const path = `/v1/searches/${encodeURIComponent(search)}/leaderboard.csv`;
    return (await sendRequest(this.#connection, path, { query: { ...query } })).text();
  }

  /** Two trials, fold by fold; differences are first − second. */
  async compareTrials(
    search: string,
    first: number,
    second: number,
    query: { metric?: string } = {},
  ): Promise<Comparison> {
    const path = `/v1/searches/${encodeURIComponent(search)}/comparison`;
    const trials = `${first},${second}`;
    return requestJson(this.#connection, comparisonSchema, path, { query: { trials, ...query } });
  }

  /** How much of the score's variance each hyperparameter explains. */
  async getImportance(search: string, query: { metric?: string } = {}): Promise<Importance> {
    const path = `/v1/searches/${encodeURIComponent(search)}/importance`;
    return requestJson(this.#connection, importanceSchema, path, { query: { ...query } });
  }

  /** What the whole search scores on rows that it never saw; of one with outer folds. */
  async getNested(search: string): Promise<Nested> {
    return requestJson(this.#connection, nestedSchema, `/v1/searches/${encodeURIComponent(search)}/nested`);
  }

  /** Has a trial trained on shares of the training rows, the recommended one unless named; `getLearningCurve` tells how it stands. */
  async createLearningCurve(search: string, request: LearningCurveRequestInput = {}): Promise<LearningCurve> {
    const path = `/v1/searches/${encodeURIComponent(search)}/learning-curve`;
    return requestJson(this.#connection, learningCurveSchema, path, {
      method: 'POST',
      body: request,
      headers: { 'idempotency-key': idempotencyKey() },
    });
  }

  async getLearningCurve(
    search: string,
    query: { waitSeconds?: number } = {},
    signal?: AbortSignal,
  ): Promise<LearningCurve> {
    const path = `/v1/searches/${encodeURIComponent(search)}/learning-curve`;
    return requestJson(this.#connection, learningCurveSchema, path, { query: { ...query }, signal });
  }

  /** Training rows that all good trials got wrong. */
  async getHardestRows(search: string, query: PageQuery = {}): Promise<HardestRows> {
    const path = `/v1/searches/${encodeURIComponent(search)}/hardest-rows`;
    return requestJson(this.#connection, hardestRowsSchema, path, { query: { ...query } });
  }

  async getTrial(search: string, trial: number): Promise<Trial> {
    return requestJson(
      this.#connection,
      trialSchema,
      `/v1/searches/${encodeURIComponent(search)}/trials/${trial}`,
    );
  }

  /** For each training row, what was predicted by the model that had not seen it. */
  async getOutOfFold(search: string, trial: number, query: PageQuery = {}): Promise<OutOfFold> {
    const path = `/v1/searches/${encodeURIComponent(search)}/trials/${trial}/predictions`;
    return requestJson(this.#connection, outOfFoldSchema, path, { query: { ...query } });
  }

  async getCalibration(search: string, trial: number): Promise<Calibration> {
    const path = `/v1/searches/${encodeURIComponent(search)}/trials/${trial}/calibration`;
    return requestJson(this.#connection, calibrationSchema, path);
  }

  /** What each fold's model of a trial decides in the plane of its two features; for those that were trained once more. */
  async getDecisionRegions(search: string, trial: number, signal?: AbortSignal): Promise<DecisionRegions> {
    const path = `/v1/searches/${encodeURIComponent(search)}/trials/${trial}/decision-regions`;
    return requestJson(this.#connection, decisionRegionsSchema, path, { signal });
  }

  /** Has the folds of a trial trained once more for that. */
  async trainDecisionRegions(search: string, trial: number): Promise<DecisionRegions> {
    const path = `/v1/searches/${encodeURIComponent(search)}/trials/${trial}/decision-regions`;
    return requestJson(this.#connection, decisionRegionsSchema, path, { method: 'POST' });
  }

  /** Has a trial trained on all training rows, the recommended one unless named; `waitForModel` tells when it is. */
  async createModel(search: string, request: ModelRequest = {}): Promise<Model> {
    return requestJson(this.#connection, modelSchema, `/v1/searches/${encodeURIComponent(search)}/models`, {
      method: 'POST',
      body: request,
      headers: { 'idempotency-key': idempotencyKey() },
    });
  }

  async listModels(query: PageQuery & { search?: string; status?: string } = {}) {
    return requestJson(this.#connection, modelsPage, '/v1/models', { query: { ...query } });
  }

  async getModel(model: string, query: { waitSeconds?: number } = {}, signal?: AbortSignal): Promise<Model> {
    const path = `/v1/models/${encodeURIComponent(model)}`;
    return requestJson(this.#connection, modelSchema, path, { query: { ...query }, signal });
  }

  /** The model once it is completed or failed. */
  async waitForModel(model: string, signal?: AbortSignal): Promise<Model> {
    let found = await this.getModel(model, {}, signal);
    while (found.status !== 'completed' && found.status !== 'failed')
      found = await this.getModel(model, { waitSeconds: 30 }, signal);
    return found;
  }

  async deleteModel(model: string): Promise<void> {
    await sendRequest(this.#connection, `/v1/models/${encodeURIComponent(model)}`, { method: 'DELETE' });
  }

  /** The trained model with all of its parameters. */
  async getModelArtifact(model: string): Promise<ModelArtifact> {
    return modelArtifactSchema.parse(await (await this.#downloadModel(model, 'json')).json());
  }

  /** The bytes of an ONNX file, scaler inside. */
  async getModelOnnx(model: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#downloadModel(model, 'onnx')).arrayBuffer());
  }

  /** Markdown. */
  async getModelCard(model: string): Promise<string> {
    const path = `/v1/models/${encodeURIComponent(model)}/card`;
    return (await sendRequest(this.#connection, path)).text();
  }

  /** Up to 10,000 rows: as objects by column name, or as CSV text with a header row. */
  async predict(model: string, rows: readonly Record<string, unknown>[] | string): Promise<Predictions> {
    const path = `/v1/models/${encodeURIComponent(model)}/predictions`;
    const body = typeof rows === 'string' ? new Blob([rows], { type: 'text/csv' }) : { rows };
    return requestJson(this.#connection, predictionsSchema, path, { method: 'POST', body });
  }

  #downloadModel(model: string, format: ArtifactFormat): Promise<Response> {
    const path = `/v1/models/${encodeURIComponent(model)}/artifact`;
    return sendRequest(this.#connection, path, { query: { format } });
  }

  /** What the figures of some completed trials say of them; at most 100. */
  async getDiagnoses(search: string, trials: readonly number[], signal?: AbortSignal): Promise<Diagnoses> {
    const path = `/v1/searches/${encodeURIComponent(search)}/diagnoses`;
    return requestJson(this.#connection, diagnosesSchema, path, { query: { trials: trials.join() }, signal });
  }

  /** What the workers train at the moment, and what waits. */
  async getActivity(signal?: AbortSignal): Promise<Activity> {
    return requestJson(this.#connection, activitySchema, '/v1/activity', { signal });
  }

  async listWorkers(): Promise<Worker[]> {
    return (await requestJson(this.#connection, workersSchema, '/v1/workers')).items;
  }

  /** The events of a search, until its `end`; `tell` hears when the stream is lost, and when it is there (again). */
  watchSearch(
    search: string,
    signal?: AbortSignal,
    tell?: (state: 'open' | 'lost') => void,
  ): AsyncGenerator<SearchEvent> {
    return readEvents(this.#connection, search, signal, tell);
  }
}
