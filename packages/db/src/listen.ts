import { setTimeout } from 'node:timers/promises';
import pg from 'pg';

export type Channel = 'holdfast_search' | 'holdfast_work' | 'holdfast_locked';

export interface Listening {
  close(): Promise<void>;
}

/** Silence proves nothing: a connection cut without a word (a pulled cable, a firewall) is found by asking. */
const pingMilliseconds = 10_000;
const answerMilliseconds = 5_000;
const firstDelayMilliseconds = 100;
const farewellMilliseconds = 2_000;
const longestDelayMilliseconds = 5_000;

/**
 * Listens on a channel, by a connection of its own, and for ever: one that breaks is made anew, with growing
 * delays. Postgres keeps no messages for the absent, so `onGap` is called after each renewal: look for yourself
 * what has changed.
 *
 * @throws where the first connection cannot be made
 */
export async function listen(
  url: string,
  channel: Channel,
  onMessage: (payload: string) => void,
  onGap: () => void,
): Promise<Listening> {
  let closed = false;
  let current: pg.Client | undefined;
  let ping: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let connecting: Promise<void> | undefined;

  async function connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      application_name: `holdfast listen ${channel}`,
      connectionTimeoutMillis: answerMilliseconds,
      query_timeout: answerMilliseconds,
      keepAlive: true,
    });
    let lost = false;
    const lose = () => {
      if (lost) return;
      lost = true;
      clearInterval(ping);
      client.end().catch(() => {});
      if (current === client) {
        current = undefined;
        reconnect(firstDelayMilliseconds);
      }
    };
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ payload }) => onMessage(payload ?? ''));
    try {
      await client.connect();
      await client.query(`LISTEN ${client.escapeIdentifier(channel)}`);
    } catch (error) {
      lose();
      throw error;
    }
    if (lost) throw new Error('The connection was lost as soon as it was made.');
    current = client;
    ping = setInterval(() => client.query('SELECT 1').catch(lose), pingMilliseconds);
    ping.unref();
  }

  function reconnect(delay: number): void {
    if (closed) return;
    retry = globalThis.setTimeout(() => {
      connecting = connect().then(
        () => {
          if (!closed) onGap();
        },
        () => reconnect(Math.min(delay * 2, longestDelayMilliseconds)),
      );
    }, delay);
  }

  await connect();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await connecting;
      clearInterval(ping);
      const client = current;
      current = undefined;
      // Over a dead network the farewell would wait for minutes.
      if (client)
        await Promise.race([client.end(), setTimeout(farewellMilliseconds, undefined, { ref: false })]);
    },
  };
}
