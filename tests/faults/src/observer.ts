import type pg from 'pg';
import type { PostgresServer } from './postgres-server.ts';
import type { Fault } from './schedule.ts';

export interface HeldFoldRun {
  search: string;
  trial: number;
  repeat: number;
  fold: number;
  attempt: number;
}

interface Watch {
  fault: Fault;
  since: number;
  /** Until each of them was claimed anew or is over; `null`: until a result is accepted. */
  held: HeldFoldRun[] | null;
  acceptedBefore: number;
}

const everyMs = 150;

/**
 * Looks into the database around all proxies: how long it takes, after a fault, until the work goes on.
 */
export class Observer {
  readonly #postgres: PostgresServer;
  readonly #watches = new Set<Watch>();
  /** Seconds by kind of fault. */
  readonly recoveries = new Map<string, number[]>();
  #unanswered = 0;
  #stopped = false;
  #accepted = 0;
  #looping: Promise<void>;

  constructor(postgres: PostgresServer) {
    this.#postgres = postgres;
    this.#looping = this.#loop();
  }

  /** Results accepted so far, of rungs included. */
  get accepted(): number {
    return this.#accepted;
  }

  /** How many faults the work has not recovered from yet. */
  get open(): number {
    return this.#watches.size + this.#unanswered;
  }

  /** The fault is over: from now on results must come again. */
  expectProgress(fault: Fault): void {
    this.#watches.add({ fault, since: performance.now(), held: null, acceptedBefore: this.#accepted });
  }

  /** The fault is over: from now on clients must be answered again. */
  async expectAnswers(fault: Fault, url: string): Promise<void> {
    const since = performance.now();
    this.#unanswered += 1;
    while (!this.#stopped) {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
      if (answer?.ok) {
        this.#note(fault, since);
        this.#unanswered -= 1;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Their worker was lost now: each must be claimed anew, unless it is over. */
  expectClaimsAgain(fault: Fault, held: HeldFoldRun[]): void {
    if (held.length === 0) return;
    this.#watches.add({ fault, since: performance.now(), held, acceptedBefore: 0 });
  }

  async claimsOf(worker: string): Promise<HeldFoldRun[]> {
    return this.#ask<HeldFoldRun>(
      `SELECT search_id AS search, trial, repeat, fold, attempt FROM fold_runs
       WHERE state = 'running' AND worker = $1`,
      [worker],
    );
  }

  /** The fold run that has most to do. */
  async anyClaim(): Promise<HeldFoldRun | null> {
    const [claim] = await this.#ask<HeldFoldRun>(
      `SELECT f.search_id AS search, f.trial, f.repeat, f.fold, f.attempt
       FROM fold_runs f JOIN trials t ON t.search_id = f.search_id AND t.number = f.trial
       WHERE f.state = 'running' AND f.infrastructure_losses < 4 ORDER BY t.cost DESC LIMIT 1`,
    );
    return claim ?? null;
  }

  /** Resolves when a worker that renews holds something, or with false when the time is up. */
  async untilClaim(withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    while (performance.now() < deadline && !this.#stopped) {
      const [held] = await this.#ask(
        `SELECT FROM fold_runs WHERE state = 'running' AND lease_until > clock_timestamp() + interval '3.5 s' LIMIT 1`,
      );
      if (held) return true;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    return false;
  }

  /** Who holds it now, or next; `null` when it is over or the time is. */
  async nextHolder({ search, trial, repeat, fold }: HeldFoldRun, withinMs: number): Promise<string | null> {
    const deadline = performance.now() + withinMs;
    while (performance.now() < deadline && !this.#stopped) {
      const [run] = await this.#ask<{ state: string; worker: string | null; lost: boolean }>(
        `SELECT state, worker, lease_until < clock_timestamp() + interval '3.5 s' AS lost FROM fold_runs
         WHERE search_id = $1 AND trial = $2 AND repeat = $3 AND fold = $4`,
        [search, trial, repeat, fold],
      );
      if (!run || !['queued', 'running'].includes(run.state)) return null;
      // A holder that renews no more was killed already.
      if (run.state === 'running' && run.lost === false) return run.worker;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    return null;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#looping;
  }

  /** Where Postgres is away, tries until it is back. */
  async #ask<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#postgres.query<Row>(sql, values);
      } catch (error) {
        if (tries === 100 || this.#stopped) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #loop(): Promise<void> {
    let client: pg.Client | null = null;
    while (!this.#stopped) {
      try {
        client ??= await this.#postgres.connect();
        await this.#look(client);
      } catch {
        await client?.end().catch(() => {});
        client = null;
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    await client?.end().catch(() => {});
  }

  async #look(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ accepted: number; open: number }>(
      `SELECT (SELECT coalesce(sum(folds_completed), 0) FROM searches)::float8
          + (SELECT count(*) FROM rung_results)::float8 AS accepted,
        (SELECT count(*) FROM searches WHERE status IN ('queued', 'running'))::float8 AS open`,
    );
    const { accepted, open } = rows[0]!;
    this.#accepted = accepted;
    for (const watch of this.#watches) {
      if (watch.held !== null) watch.held = await stillLost(client, watch.held);
      const recovered = watch.held === null ? accepted > watch.acceptedBefore : watch.held.length === 0;
      if (recovered) this.#note(watch.fault, watch.since);
      // Nothing is to be done: it tells nothing.
      if (recovered || (watch.held === null && open === 0)) this.#watches.delete(watch);
    }
  }

  #note(fault: Fault, since: number): void {
    const seconds = (performance.now() - since) / 1000;
    const known = this.recoveries.get(fault.kind);
    if (known) known.push(seconds);
    else this.recoveries.set(fault.kind, [seconds]);
  }
}

async function stillLost(client: pg.Client, held: HeldFoldRun[]): Promise<HeldFoldRun[]> {
  const { rows } = await client.query<HeldFoldRun>(
    `SELECT f.search_id AS search, f.trial, f.repeat, f.fold, f.attempt
     FROM unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::int[]) AS k (search, trial, repeat, fold, attempt)
     JOIN fold_runs f ON f.search_id = k.search AND f.trial = k.trial AND f.repeat = k.repeat AND f.fold = k.fold
     JOIN searches s ON s.id = f.search_id
     WHERE f.attempt = k.attempt AND NOT f.held AND s.status IN ('queued', 'running')
       AND f.state IN ('queued', 'running')`,
    [
      held.map(({ search }) => search),
      held.map(({ trial }) => trial),
      held.map(({ repeat }) => repeat),
      held.map(({ fold }) => fold),
      held.map(({ attempt }) => attempt),
    ],
  );
  return rows;
}
