import { Tabs } from '@base-ui/react/tabs';
import type { SearchPlan } from '@holdfast/contracts/search';
import { Play } from 'lucide-react';
import { count, countOf } from '../format/figures.ts';
import { duration } from '../format/time.ts';
import { CopyButton } from '../notices/copy-button.tsx';
import { Notice } from '../notices/notice.tsx';

interface PlanPanelProps {
  spec: Record<string, unknown>;
  plan: SearchPlan | undefined;
  waiting: boolean;
  wrong: boolean;
  /** Whether there is something to plan. */
  ready: boolean;
  submitting: boolean;
}

/** What would be done, counted by the service while one types; and the same as JSON and as a command. */
export function PlanPanel({ spec, plan, waiting, wrong, ready, submitting }: PlanPanelProps) {
  const json = JSON.stringify(spec, null, 2);
  const curl = `curl ${window.location.origin}/v1/searches \\\n  -H 'content-type: application/json' \\\n  -d '${json.replaceAll("'", "'\\''")}'`;
  return (
    <aside className="plan stack" aria-label="Plan">
      <section className="card stack" aria-labelledby="plan-title">
        <h2 id="plan-title">The plan</h2>
        {!ready ? (
          <p className="quiet">Choose a data set: what the search would train is then counted here.</p>
        ) : wrong ? (
          <p className="error-text" role="status">
            It cannot be run like this: what is wrong stands at its field.
          </p>
        ) : (
          <dl className={waiting ? 'plan-figures waiting' : 'plan-figures'} aria-busy={waiting}>
            <Figure name="trials" value={plan ? count(plan.trials) : '…'} />
            <Figure name="fold runs" value={plan ? count(plan.folds) : '…'} />
            <Figure
              name="about"
              value={plan?.estimatedSeconds != null ? duration(plan.estimatedSeconds) : '…'}
            />
          </dl>
        )}
        {plan && !wrong && ready ? (
          <p className="quiet small">
            {plan.spec.strategy.kind}, {plan.spec.crossValidation.kind} cross-validation; the largest network
            has {countOf(plan.largestWeightCount ?? 0, 'weight')}.
            {plan.nested
              ? ` ${countOf(plan.nested.outerFolds, 'outer fold')} take ${countOf(plan.nested.folds, 'fold run')} more.`
              : ''}
          </p>
        ) : null}
        <span className="hidden" role="status">
          {plan && ready && !wrong && !waiting
            ? `${countOf(plan.trials, 'trial')}, ${countOf(plan.folds, 'fold run')}`
            : ''}
        </span>
        {ready && !wrong
          ? plan?.warnings.map(({ code, message }) => (
              <Notice key={code + message} kind="mark">
                {message}
              </Notice>
            ))
          : null}
        <button type="submit" className="button primary" disabled={!ready || submitting}>
          <Play size={15} aria-hidden /> {submitting ? 'Submitting …' : 'Start the search'}
        </button>
      </section>
      <section className="card" aria-label="The same from a terminal">
        <Tabs.Root defaultValue="json">
          <Tabs.List className="tabs">
            <Tabs.Tab value="json">JSON</Tabs.Tab>
            <Tabs.Tab value="curl">curl</Tabs.Tab>
          </Tabs.List>
          {(['json', 'curl'] as const).map((kind) => (
            <Tabs.Panel key={kind} value={kind} className="stack plan-text">
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
              <pre tabIndex={0}>{kind === 'json' ? json : curl}</pre>
              <div>
                <CopyButton
                  text={kind === 'json' ? json : curl}
                  what={kind === 'json' ? 'the JSON' : 'the command'}
                />
              </div>
            </Tabs.Panel>
          ))}
        </Tabs.Root>
      </section>
    </aside>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dd>{value}</dd>
      <dt>{name}</dt>
    </div>
  );
}
