import type { Model } from '@holdfast/contracts/model';
import { count, countOf, decimal } from '../format/figures.ts';
import { duration } from '../format/time.ts';

/** What it is, what cross-validation promises of it, and how far apart the runs of its training lie. */
export function ModelFacts({ model }: { model: Model }) {
  const { validation, refit, epochs } = model;
  const kept = refit.runs.find(({ run }) => run === refit.kept);
  const facts: [string, string][] = [
    ['Task', `${model.task} of ${model.target.join(', ')}`],
    ['Weights and biases', count(model.weightCount)],
  ];
  if (epochs.trained !== null) {
    facts.push([
      'Epochs',
      `${count(epochs.trained)}${epochs.rule === 'meanOfFolds' ? ', the mean over the folds' : ''}`,
    ]);
  }
  if (kept) facts.push(['Training loss', decimal(kept.training.loss)]);
  if (refit.seeds > 1 && refit.trainingLoss) {
    const { min, max } = refit.trainingLoss;
    facts.push([
      'Of runs',
      `${countOf(refit.seeds, 'run')}, losses ${decimal(min)} to ${decimal(max)}; kept: the lowest`,
    ]);
  }
  if (model.engine) facts.push(['Engine', `${model.engine} ${model.engineVersion ?? ''}`.trim()]);
  if (model.seconds !== null) facts.push(['Took', duration(model.seconds)]);
  return (
    <section className="card" aria-labelledby="model-facts-title">
      <h2 id="model-facts-title">What it is worth</h2>
      <p className="big-figure">
        {decimal(validation.mean)}
        {validation.standardError === null ? null : <span> ± {decimal(validation.standardError)}</span>}
      </p>
      <p className="quiet small">
        {validation.metric} of its trial in cross-validation, ± standard error: of models trained on a part of
        the rows, so rather too low than too high for this one.
        {validation.corrected === null
          ? ''
          : ` Without the luck of being the best of many: ${decimal(validation.corrected)}.`}
      </p>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {model.parametersDigest ? (
        <p className="quiet small digest">
          Digest of the parameters, which a reveal shows too: <code>{model.parametersDigest}</code>
        </p>
      ) : null}
    </section>
  );
}
