import type { Dataset, Feature } from '@holdfast/contracts/dataset';
import type { Model } from '@holdfast/contracts/model';
import { findDataset } from '@holdfast/db/datasets';
import { listEntries } from '@holdfast/db/ledger';
import type { Database } from '@holdfast/db/open-database';
import { listReveals } from '@holdfast/db/reveals';
import { findSearch, type SearchRecord } from '@holdfast/db/searches';
import { aboutTest, type KnownOfTest } from './about-test.ts';
import { code, figure, plain, type Row, section } from './markdown.ts';

/** Reveals of its data that a card lists. */
const mostReveals = 100;

/** A model card after Mitchell and others, "Model cards for model reporting" (FAT* 2019): what it is, of what, how good. */
export async function writeCard(database: Database, model: Model): Promise<string> {
  const dataset = await findDataset(database, model.dataset.id);
  const search = await findSearch(database, model.search);
  const entries = { dataset: model.dataset.id };
  const test: KnownOfTest = {
    dataset,
    reveals: await listReveals(database, model.search),
    seal: (await listEntries(database, { ...entries, kind: 'seal', limit: 1 }))[0] ?? null,
    entries: await listEntries(database, { ...entries, kind: 'reveal', limit: mostReveals }),
  };
  return formatCard(model, { dataset, search, test });
}

/** Markdown; `null` for what was deleted since. */
function formatCard(
  model: Model,
  { dataset, search, test }: { dataset: Dataset | null; search: SearchRecord | null; test: KnownOfTest },
): string {
  const sections = [
    `# Model card: trial ${model.trial} of ${search ? plain(search.name) : code(model.search)}`,
    introduction(model),
    section('Model', aboutModel(model)),
    section('Data', aboutData(model, dataset)),
    section('Search', aboutSearch(model, search)),
    `## Hyperparameters\n\n\`\`\`json\n${JSON.stringify(model.params, null, 2)}\n\`\`\``,
    section('Validation', aboutValidation(model)),
    aboutRuns(model),
    aboutTest(model, test),
    aboutUse(model),
  ];
  return `${sections.filter((part) => part !== '').join('\n\n')}\n`;
}

function introduction({ task, target, dataset, features, rows }: Model): string {
  const what = target.map(code).join(', ');
  return (
    `A feed-forward network for ${task} of ${what} from ${features.length} features, trained by Holdfast on all ` +
    `${rows} training rows of ${plain(dataset.name)}.`
  );
}

function aboutModel(model: Model): Row[] {
  const { epochs } = model;
  const rule =
    epochs.rule === 'meanOfFolds' ? ' (the mean of the epochs at which early stopping ended the folds)' : '';
  return [
    ['id', code(model.id)],
    ['status', model.reason === null ? model.status : `${model.status}: ${plain(model.reason)}`],
    ['parameters digest', model.parametersDigest && code(model.parametersDigest)],
    ['parameters', String(model.weightCount)],
    ['epochs', epochs.trained === null ? null : `${epochs.trained}${rule}`],
    ['numerics version', String(model.numericsVersion)],
    ['engine', model.engine && `${model.engine}, Holdfast ${model.engineVersion}`],
    ['trained', model.finishedAt],
  ];
}

function aboutData(
  { dataset: { id, name, digest }, classes, target, rows }: Model,
  dataset: Dataset | null,
): Row[] {
  return [
    ['name', plain(name)],
    ['id', dataset ? code(id) : `${code(id)}, deleted since`],
    ['digest', code(digest)],
    ['training rows', String(rows)],
    ['target', target.map(code).join(', ')],
    ['classes', classes.length === 0 ? null : classes.map(code).join(', ')],
    ['warnings', dataset?.leaks.warnings.map(({ message }) => plain(message)).join(' ') || null],
  ];
}

function aboutSearch(model: Model, search: SearchRecord | null): Row[] {
  if (search === null) return [['id', `${code(model.search)}, deleted since`]];
  const { strategy, crossValidation, seed } = search.spec;
  const earlyStopping = search.trainer === 'holdfast' ? search.spec.earlyStopping : null;
  return [
    ['id', code(search.id)],
    ['strategy', strategy.kind],
    ['trials', String(search.trials.total)],
    ['cross-validation', code(JSON.stringify(crossValidation))],
    ['early stopping', earlyStopping && code(JSON.stringify(earlyStopping))],
    ['seed', String(seed)],
    ['made after its test rows had been seen', search.testSeen ? 'yes' : 'no'],
  ];
}

function aboutValidation({ validation: { metric, mean, standardError, corrected } }: Model): Row[] {
  const spread = standardError === null ? '' : ` ± ${figure(standardError)} (standard error)`;
  return [
    [`${metric}, mean over the folds`, mean === null ? 'not defined' : `${figure(mean)}${spread}`],
    ['without the luck of being the best of many', corrected === null ? null : figure(corrected)],
    ['of', 'models trained on parts of the training rows with these hyperparameters, not of this one'],
  ];
}

function aboutRuns({ refit: { runs, kept, trainingLoss, seeds } }: Model): string {
  if (kept === null || trainingLoss === null) return '';
  const header = '| run | seed | training loss | |\n| --- | --- | --- | --- |';
  const lines = runs.map(({ run, seed, training, reason }) => {
    const loss = training.loss == null ? (reason ?? 'none') : figure(training.loss);
    return `| ${run} | ${code(seed)} | ${plain(loss)} | ${run === kept ? 'kept' : ''} |`;
  });
  const spread =
    trainingLoss.std === null
      ? ''
      : ` Training loss: mean ${figure(trainingLoss.mean)}, standard deviation ${figure(trainingLoss.std)}.`;
  const rule =
    seeds === 1 ? 'One run.' : `${seeds} runs; the one with the lowest training loss was kept.${spread}`;
  return `## Training runs\n\n${rule}\n\n${[header, ...lines].join('\n')}`;
}

function aboutUse({ id, task, features }: Model): string {
  const outputs = task === 'regression' ? '`value`' : '`label` and `probabilities`';
  const names = features.map((feature, place) => `${place + 1}. ${describeFeature(feature)}`).join('\n');
  return (
    `## Use\n\n\`POST /v1/models/${id}/predictions\`, or as ONNX: \`GET /v1/models/${id}/artifact?format=onnx\`. Its input ` +
    `\`features\` is float64, rows × ${features.length}, unscaled, in this order; its outputs are ${outputs}.\n\n${names}\n\n` +
    'Features are scaled as they were in training and never clipped: rows far from all training rows give an answer too, ' +
    'and nothing says how good it is.'
  );
}

/** What a cell of the ONNX input holds, where it is not the number itself. */
function describeFeature({ name, kind, categories = [], missing }: Feature): string {
  const holds = {
    number: '',
    boolean: ': 0 or 1',
    date: ': milliseconds since 1970',
    category: `: ${categories.map((category, place) => `${place} ${code(category)}`).join(', ')}, −1 any other`,
  }[kind];
  return `${code(name)}${holds}${missing ? `; NaN where missing (filled: ${missing.filledWith})` : ''}`;
}
