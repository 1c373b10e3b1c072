import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningService } from '../e2e/service.ts';
import { startEmbedded } from '../e2e/start-embedded.ts';
import { findFaults } from './find-faults.ts';
import { testNetworkLoss } from './network-loss.suite.ts';
import { openBrowser, type Visitor } from './open-browser.ts';
import { testSignIn, testSignOut } from './sign-in.suite.ts';

const key = 'a-key-for-the-browser-test';

/** From an empty store through a whole search, in order: each test goes on where the one before ended. */
describe('the dashboard', () => {
  let service: RunningService;
  let visitor: Visitor;
  let search: string;

  beforeAll(async () => {
    service = await startEmbedded({ threads: 1, key });
    visitor = await openBrowser(service.url);
  });
  afterAll(async () => {
    await visitor?.browser.close();
    await service?.stop();
  });

  const visit = () => ({ service, ...visitor });
  const rows = () => visitor.page.locator('.board-table tbody tr[data-trial]');
  const rowOf = (trial: number) => visitor.page.locator(`.board-table tr[data-trial="${trial}"]`);

  testSignIn(visit, key);

  it('shows an empty store how to begin, and runs the example from a button', async () => {
    const { page } = visitor;
    await page.goto(service.url);
    await page.getByRole('heading', { name: 'No search yet' }).waitFor();
    expect(await findFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Run the example' }).click();
    await page.waitForURL('**/searches/se_*');
    search = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.getByRole('heading', { name: 'Iris grid' }).waitFor();
    expect((await service.client.getSearch(search)).progress.trials.total).toBe(54);
  });

  it('follows the board while the search runs, and shows what the service tells in the end', async () => {
    const { page } = visitor;
    // Live: ranks appear without a reload while the stream is open.
    const ranked = page
      .locator('.board-table tbody tr[data-trial] td:nth-child(2)')
      .filter({ hasText: /^1$/ });
    await expect.poll(() => ranked.count(), { timeout: 60_000 }).toBe(1);
    await page.getByTestId('status').filter({ hasText: 'completed' }).waitFor({ timeout: 120_000 });
    await page.getByText('54 trials with a score.').waitFor({ timeout: 20_000 });
    const board = await service.client.getLeaderboard(search, { limit: 1000 });
    const [best] = board.items;
    await expect
      .poll(() => rows().first().getAttribute('data-trial'), { timeout: 20_000 })
      .toBe(String(best?.trial));
    const first = rowOf(best?.trial ?? -1);
    expect(await first.textContent()).toContain(best?.score.mean?.toFixed(4));
    expect(await first.locator('svg.fold-dots circle').count()).toBe(5);
    expect(await rowOf(board.recommended?.trial ?? -1).textContent()).toContain('recommended');
    expect(await page.locator('.board-table').getAttribute('aria-rowcount')).toBe('55');
    expect(await findFaults(page)).toEqual([]);
  });

  it('sorts, and hides columns, by keyboard', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'learningRate' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.getByRole('columnheader', { name: 'learningRate' }).getAttribute('aria-sort'))
      .toBe('descending');
    const sorted = await service.client.getLeaderboard(search, { sort: '-learningRate' });
    await expect.poll(() => rows().first().getAttribute('data-trial')).toBe(String(sorted.items[0]?.trial));
    await page.getByRole('button', { name: 'Back to ranks' }).press('Enter');

    await page.getByRole('button', { name: 'Columns' }).press('Enter');
    await page.getByRole('menuitemcheckbox', { name: 'Weights' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('columnheader', { name: 'Weights' }).count()).toBe(0);
  });

  it('marks what the figures of a trial say of it, and searches on from there, by keyboard', async () => {
    const { page } = visitor;
    const { items } = await service.client.getLeaderboard(search, { limit: 10 });
    const diagnoses = await service.client.getDiagnoses(
      search,
      items.map(({ trial }) => trial),
    );
    const found = diagnoses.items.find(({ diagnosis }) => diagnosis.length > 0);
    if (!found) throw new Error('The figures of no trial say anything: take another example.');
    const [finding] = found.diagnosis;
    await rowOf(found.trial).locator('.finding').first().press('Enter');
    const popup = page.getByRole('dialog', { name: `Trial ${found.trial}` });
    await popup.getByText(finding?.message ?? 'none').waitFor();
    expect(await findFaults(page)).toEqual([]);
    await popup.getByRole('link', { name: 'Search on from it' }).press('Enter');
    await page.getByRole('heading', { name: 'New search' }).waitFor();
    const json = page.locator('.plan-text pre').first();
    await expect
      .poll(async () => JSON.parse((await json.textContent()) ?? '{}').space)
      .toMatchObject({ epochs: finding?.suggestion.space.epochs });
    await page.goBack();
    await rows().first().waitFor();
  });

  it('filters the board by brushing parallel coordinates, by pointer and by keyboard', async () => {
    const { page } = visitor;
    await page.getByRole('tab', { name: 'Parallel coordinates' }).click();
    const axis = page.locator('.parallel [data-axis="learningRate"]');
    await axis.waitFor();
    const box = await axis.boundingBox();
    if (!box) throw new Error('The axis is not in sight.');
    // Its lower third: of 0.003, 0.01 and 0.03 on a logarithmic scale, the first alone.
    await page.mouse.move(box.x + box.width / 2, box.y + box.height - 3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.7, { steps: 4 });
    await page.mouse.up();
    await page.getByText('18 of 54 trials').waitFor();
    expect(new URL(page.url()).searchParams.get('where')).toMatch(/^learningRate:/);
    for (const text of await rows().allTextContents()) expect(text).toContain('0.003');

    // A reload keeps the view: it is in the address.
    await page.reload();
    await page.getByText('18 of 54 trials').waitFor();
    await axis.focus();
    await page.keyboard.press('Escape');
    await page.getByText('54 trials, ranked by').waitFor();

    const layers = page.getByRole('slider', { name: 'Filter by hiddenLayers' });
    await layers.focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => layers.getAttribute('aria-valuetext')).toMatch(/^hiddenLayers: \d/);
    await page.getByRole('button', { name: /^Remove the filter hiddenLayers/ }).press('Enter');
    await page.getByText('54 trials, ranked by').waitFor();
  });

  it('filters by a form as well', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Filter', exact: true }).press('Enter');
    await page.getByLabel('By', { exact: true }).selectOption('l2');
    await page.getByLabel('From', { exact: true }).fill('0.001');
    await page.getByText('36 of 54 trials').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Remove the filter l2/ }).click();
  });

  it('draws every plot without a fault', async () => {
    const { page, complaints } = visitor;
    for (const name of ['Scores', 'Slice', 'Heat map', 'Fold differences', 'Over-fitting', 'Time line']) {
      await page.getByRole('tab', { name, exact: true }).click();
      await page.locator('.plots canvas').first().waitFor();
      expect(await page.locator('.plots .chart').getAttribute('aria-label')).toMatch(/\d/);
    }
    await page.getByRole('tab', { name: 'Importance' }).click();
    const importance = await service.client.getImportance(search);
    const shares = page.getByRole('table', { name: /^Share of the variance of accuracy that each/ });
    for (const { hyperparameter } of importance.items) {
      await shares.getByRole('row', { name: new RegExp(`^${hyperparameter} `) }).waitFor();
    }
    await page.getByLabel('Pick trial').nth(0).click();
    await page.getByLabel('Pick trial').nth(2).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('trials')).toMatch(/,/);
    const picked = new URL(page.url()).searchParams.get('trials')?.split(',') ?? [];
    expect(picked).toHaveLength(2);
    await page.getByRole('tab', { name: 'Learning curves' }).click();
    await page.getByText(`Of the trials picked on the board: ${picked.join(', ')}.`).waitFor();
    await page.locator('.plots canvas').first().waitFor();
    expect(await findFaults(page)).toEqual([]);

    // The same two, fold by fold, in the order in which they were picked.
    await page.getByRole('tab', { name: 'Fold differences' }).click();
    const [first, second] = picked.map(Number) as [number, number];
    const { test } = await service.client.compareTrials(search, first, second);
    const told = test ? `t = ${test.t.toFixed(2)} with ${test.degreesOfFreedom}` : 'have the same mean';
    await page.locator('.plots').getByText(told).waitFor();
    expect(await findFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('shows one trial: hyperparameters, folds, curves, confusion and calibration', async () => {
    const { page } = visitor;
    const board = await service.client.getLeaderboard(search, { limit: 1 });
    const number = board.items[0]?.trial ?? -1;
    await rowOf(number).getByRole('link').click();
    await page.getByRole('heading', { name: `Trial ${number}` }).waitFor();
    const trial = await service.client.getTrial(search, number);
    const table = page.getByRole('table', { name: 'Hyperparameters of this trial' });
    expect(await table.getByRole('row', { name: /^batchSize/ }).textContent()).toContain(
      String(trial.params.batchSize),
    );
    const folds = page.getByRole('table', { name: 'Fold runs of this trial' });
    expect(await folds.locator('tbody tr').count()).toBe(5);
    for (const [n, fold] of trial.folds.entries()) {
      expect(await folds.locator('tbody tr').nth(n).textContent()).toContain(fold.seed);
    }
    const total = trial.folds.reduce((sum, { confusion }) => sum + (confusion?.[0]?.[0] ?? 0), 0);
    expect(await page.locator('.confusion tbody td.right').first().textContent()).toBe(String(total));
    const calibration = await service.client.getCalibration(search, number);
    await page.getByText(calibration.expectedCalibrationError?.toFixed(4) ?? 'none').waitFor();
    expect(await findFaults(page)).toEqual([]);
  });

  it('shows the data set: distributions, preview, the leak report and the lock', async () => {
    const { page } = visitor;
    await page.getByRole('link', { name: 'Data sets', exact: true }).click();
    await page.getByRole('heading', { name: 'Data sets' }).waitFor();
    await page.getByRole('link', { name: 'iris' }).waitFor();
    expect(await findFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'iris' }).click();
    await page.getByRole('heading', { name: 'The lock' }).waitFor();
    const dataset = await service.client.getDataset('iris');
    await page.getByText(dataset.test.commitment ?? 'none').waitFor();
    await page.getByText('0 of 1 used').waitFor();
    await page.locator('.histogram').nth(3).waitFor();
    await page.getByRole('columnheader', { name: 'species (target)' }).waitFor();
    expect(await findFaults(page)).toEqual([]);
  });

  it('plans a search while it is typed, shows errors at their fields, and submits', async () => {
    const { page, complaints } = visitor;
    await page.getByRole('link', { name: 'Search on it' }).click();
    await page.getByText('20', { exact: true }).waitFor();
    expect(await findFaults(page)).toEqual([]);
    await page.getByLabel('How learningRate is given').selectOption('range');
    await page.getByLabel('learningRate, min').fill('0.1');
    await page.getByLabel('learningRate, max').fill('0.001');
    const field = page.getByRole('group', { name: 'learningRate' });
    await field.locator('.error-text').waitFor();
    // What stood there between the two was wrong elsewhere.
    const min = page.getByLabel('learningRate, min');
    await expect.poll(() => min.getAttribute('aria-invalid')).toBe('true');
    // The browser notes each refusal on its console: it was asked for.
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('422')));

    await page.getByLabel('learningRate, min').fill('0.001');
    await page.getByLabel('learningRate, max').fill('0.1');
    await page.getByLabel('learningRate, points').fill('3');
    await page.getByLabel('How hiddenLayers is given').selectOption('values');
    await page.getByLabel('Values of hiddenLayers').fill('4 | 8');
    await page.getByLabel('How epochs is given').selectOption('values');
    await page.getByLabel('Values of epochs').fill('5');
    await page.locator('.plan-figures').getByText('6', { exact: true }).waitFor();
    const json = JSON.parse((await page.locator('.plan-text pre').first().textContent()) ?? '');
    expect(json).toEqual({
      dataset: 'iris',
      space: { hiddenLayers: [[4], [8]], learningRate: { min: 0.001, max: 0.1, points: 3 }, epochs: 5 },
    });
    expect((await service.client.planSearch(json)).trials).toBe(6);
    await page.getByLabel('Name', { exact: true }).fill('From the form');
    await page.getByRole('button', { name: 'Start the search' }).click();
    await page.getByRole('heading', { name: 'From the form' }).waitFor();
    await page.getByTestId('status').filter({ hasText: 'completed' }).waitFor({ timeout: 60_000 });
    await page.getByText('6 trials with a score.').waitFor({ timeout: 20_000 });
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
  });

  it('refines, extends, pauses, resumes and cancels from the page', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'More to do with this search' }).click();
    await page.getByRole('menuitem', { name: 'A new search like it' }).click();
    await page.getByLabel('How epochs is given').waitFor();
    await page.getByLabel('Values of epochs').fill('20000');
    await page.getByLabel('Name', { exact: true }).fill('A long one');
    await page.getByRole('button', { name: 'Start the search' }).click();
    await page.getByRole('heading', { name: 'A long one' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByTestId('status').filter({ hasText: 'paused' }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page
      .getByTestId('status')
      .filter({ hasText: /running|queued/ })
      .waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('button', { name: 'Cancel the search' }).waitFor();
    expect(await findFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel the search' }).click();
    await page.getByTestId('status').filter({ hasText: 'cancelled' }).waitFor();
    const cancelled = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    expect((await service.client.getSearch(cancelled)).status).toBe('cancelled');

    await page.goto(`${service.url}/searches/${search}`);
    await page.getByRole('button', { name: 'Refine' }).click();
    await page.getByRole('dialog').getByLabel('Best trials').fill('0');
    await page.getByRole('dialog').locator('.error').first().waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Back' }).click();
  });

  testNetworkLoss(visit);

  it('shows the rungs of halving, and what each fold decides in the plane', async () => {
    const { page } = visitor;
    const { id } = await service.client.createSearch({
      name: 'In the plane',
      dataset: 'spiral',
      space: { hiddenLayers: [[16]], learningRate: { min: 0.01, max: 0.1, scale: 'log' }, epochs: 30 },
      strategy: { kind: 'halving', trials: 3, minEpochs: 10 },
      crossValidation: { kind: 'stratified', folds: 3 },
    });
    await page.goto(`${service.url}/searches/${id}`);
    await page.getByTestId('status').filter({ hasText: 'completed' }).waitFor({ timeout: 60_000 });
    await page.getByRole('tab', { name: 'Rungs' }).click();
    await page.getByRole('table', { name: 'Rungs' }).waitFor();
    await page.locator('.plots canvas').first().waitFor();
    expect(await findFaults(page)).toEqual([]);
    const { items } = await service.client.getLeaderboard(id, { limit: 1 });
    await page.goto(`${service.url}/searches/${id}/trials/${items[0]?.trial}`);
    await page.getByRole('button', { name: 'Show what each fold decides' }).press('Enter');
    for (const fold of [0, 1, 2]) {
      await page
        .getByRole('figure', { name: `Fold ${fold}` })
        .locator('canvas')
        .waitFor();
    }
    const regions = await service.client.getDecisionRegions(id, items[0]?.trial ?? -1);
    expect(regions.folds.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
    expect(await findFaults(page)).toEqual([]);
  });

  it('can be walked with the keyboard alone', async () => {
    const { page } = visitor;
    const focused = () =>
      page.evaluate(() => {
        const element = document.activeElement;
        return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
      });
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press('Tab');
        if ((await focused()).trim().startsWith(name)) return;
      }
      throw new Error(`Tab never comes to ${name}.`);
    };
    await page.goto(`${service.url}/searches/${search}`);
    await page.locator('.plots canvas').first().waitFor();
    await rows().first().waitFor();
    await tabTo('Skip to the page');
    await page.keyboard.press('Enter');
    await tabTo('More to do with this search');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('menuitem', { name: 'More trials …' }).waitFor();
    await page.keyboard.press('Escape');
    await tabTo('Scores');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('slider', { name: 'Filter by learningRate' }).waitFor();
    await tabTo('Leaderboard, scrolls');
    const box = page.locator('.board-scroll');
    const before = await box.evaluate((element) => element.scrollTop);
    await page.keyboard.press('PageDown');
    await expect.poll(() => box.evaluate((element) => element.scrollTop)).toBeGreaterThan(before);
    await page.keyboard.press('Home');
    await expect.poll(() => box.evaluate((element) => element.scrollTop)).toBe(0);
    await tabTo('Pick trial');
    await page.keyboard.press('Space');
    await page.getByText('1 trial picked').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /^Trial \d/ }).waitFor();
  });

  it('reveals the recommended trial on the locked rows, by name alone', async () => {
    const { page } = visitor;
    const { recommended } = await service.client.getLeaderboard(search, { limit: 1 });
    await page.goto(`${service.url}/searches/${search}`);
    await page.getByRole('link', { name: 'Reveal …' }).press('Enter');
    await page.getByRole('heading', { name: 'Reveal', exact: true }).waitFor();
    await page.getByText('1 of the 1 reveal left').waitFor();
    const button = page.getByRole('button', { name: 'Reveal the test scores' });
    expect(await button.isDisabled()).toBe(true);
    await page.getByLabel('To confirm, type').fill('Iris');
    expect(await button.isDisabled()).toBe(true);
    expect(await findFaults(page)).toEqual([]);
    await page.getByLabel('To confirm, type').fill('Iris grid');
    await page.keyboard.press('Enter');
    await page.getByTestId('reveal-status').filter({ hasText: 'completed' }).waitFor({ timeout: 60_000 });
    const [reveal] = await service.client.listReveals(search);
    const [revealed] = reveal?.trials ?? [];
    expect(revealed?.trial).toBe(recommended?.trial);
    expect(await page.getByTestId('verdict').textContent()).toBe(revealed?.verdict);
    const shown = await page.getByRole('article', { name: `Trial ${revealed?.trial}` }).textContent();
    expect(shown).toContain(revealed?.test?.accuracy?.toFixed(4));
    expect(shown).toContain(revealed?.parametersDigest);
    await page.getByText('The reveal of this data set is used.').waitFor();
    expect(await findFaults(page)).toEqual([]);

    // The data set keeps account of it.
    await page.getByRole('link', { name: 'iris', exact: true }).click();
    await page.getByText('1 of 1 used').waitFor();
    const used = page.getByRole('table', { name: 'Reveals of this data set' });
    await used
      .getByRole('row')
      .filter({ hasText: `trial ${revealed?.trial}` })
      .waitFor();
    expect(await findFaults(page)).toEqual([]);
  });

  it('trains the final model, downloads it and predicts with it', async () => {
    const { page } = visitor;
    await page.goto(`${service.url}/searches/${search}`);
    await page.getByRole('button', { name: 'Train the final model' }).press('Enter');
    await page.waitForURL('**/models/mo_*');
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await page.getByRole('heading', { name: 'Predict' }).waitFor({ timeout: 60_000 });
    // The model that is delivered is the one that was tested; the card below says so too.
    const [reveal] = await service.client.listReveals(search);
    await page
      .getByText(reveal?.trials[0]?.parametersDigest ?? 'none')
      .first()
      .waitFor();

    await page.reload();
    const field = page.getByLabel('petal_length_cm');
    await expect.poll(() => field.inputValue()).not.toBe('');
    await field.fill('5,1');
    await page.getByRole('button', { name: 'Predict' }).press('Enter');
    await page.locator('.field').filter({ hasText: 'petal_length_cm' }).locator('.error').waitFor();
    expect(await findFaults(page)).toEqual([]);
    const row = {
      sepal_length_cm: 6.3,
      sepal_width_cm: 3.3,
      petal_length_cm: 6,
      petal_width_cm: 2.5,
    };
    for (const [name, value] of Object.entries(row)) await page.getByLabel(name).fill(String(value));
    await page.getByLabel('petal_width_cm').press('Enter');
    const { items } = await service.client.predict(id, [row]);
    const [prediction] = items;
    if (!prediction || !('label' in prediction)) throw new Error('A classifier answers with a label.');
    await page
      .getByRole('status', { name: 'Prediction' })
      .filter({ hasText: String(prediction.label) })
      .waitFor();

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'ONNX' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${id}.onnx`);
    const card = page.getByRole('region', { name: 'Model card' });
    await card.getByRole('heading', { name: /^Model card: trial \d+ of Iris grid$/ }).waitFor();
    await card.getByRole('cell', { name: id, exact: true }).waitFor();
    expect(await findFaults(page)).toEqual([]);
    await page.goto(`${service.url}/searches/${search}`);
    await page.getByRole('link', { name: /^Model of trial/ }).waitFor();
  });

  it('shows an error of the service where it belongs', async () => {
    const { page } = visitor;
    // A grid of choices has no range to narrow: the service says so, and the dialog stays.
    await page.getByRole('button', { name: 'Refine' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Submit it' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.goto(`${service.url}/searches/se_00000000000000000000`);
    await page.getByRole('alert').filter({ hasText: 'There is no such thing' }).waitFor();
    await page.goto(`${service.url}/searches/${search}?where=colour:red`);
    await page
      .getByRole('region', { name: 'Leaderboard' })
      .getByRole('alert')
      .filter({ hasText: 'colour' })
      .waitFor();
  });

  it('finds searches by name, and shows who works', async () => {
    const { page } = visitor;
    await page.goto(`${service.url}/`);
    await page.getByRole('link', { name: 'Iris grid' }).waitFor();
    expect(await findFaults(page)).toEqual([]);
    await page.getByLabel('Name').fill('from THE');
    await page.getByRole('link', { name: 'Iris grid' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'From the form' }).waitFor();
    await page.getByRole('link', { name: 'Workers' }).click();
    await page.getByRole('heading', { name: 'Workers and health' }).waitFor();
    await page.getByText('Jobs in the queue').waitFor();
    expect(await findFaults(page)).toEqual([]);
  });

  it('has no fault on any page in the dark and on a phone, and nothing wider than that', async () => {
    const { page } = visitor;
    const [best, models] = await Promise.all([
      service.client.getLeaderboard(search, { limit: 1 }),
      service.client.listModels({ search }),
    ]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    // Each with what it shows once it is there.
    const pages = {
      '/': '.search-item',
      '/new?dataset=iris': '.plan-figures',
      [`/searches/${search}`]: '.plots canvas',
      [`/searches/${search}/trials/${best.items[0]?.trial}`]: '.confusion',
      [`/searches/${search}/reveal`]: '.verdict-picture',
      '/datasets': 'table',
      '/datasets/spiral': 'canvas',
      [`/models/${models.items[0]?.id}`]: '.rendered-card',
      '/workers': 'table',
    };
    for (const [path, shown] of Object.entries(pages)) {
      await page.goto(service.url + path);
      await page.locator(shown).first().waitFor();
      expect(await findFaults(page), path).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, path).toBeLessThanOrEqual(0);
    }
  });

  testSignOut(visit);
});
