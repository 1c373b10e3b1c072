import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A place in a conversation with Postgres. */
export interface Moment {
  /** Stands in what is sent to the server. */
  statement: string;
  /** `before`: the server never hears of it; `after`: it has answered, and the answer arrives no more. */
  when: 'before' | 'after';
}

export interface KillingProxy {
  /** The same address, through the proxy. */
  url: string;
  /** Calls `kill` at that moment, once; from then on nothing passes on any connection. */
  arm(moment: Moment, kill: () => void): void;
  /** Lets everything pass. */
  disarm(): void;
  close(): Promise<void>;
}

/** Stands between a process and Postgres, and sees to it that the process dies at a chosen statement. */
export async function startKillingProxy(target: string): Promise<KillingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let armed: { moment: Moment; kill: () => void } | null = null;
  let dead = false;
  const strike = () => {
    dead = true;
    armed?.kill();
    armed = null;
  };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let answering = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (bytes: Buffer) => {
      const found = armed !== null && bytes.includes(armed.moment.statement);
      if (found && armed?.moment.when === 'before') strike();
      if (dead) return;
      answering ||= found;
      upstream.write(bytes);
    });
    upstream.on('data', (bytes: Buffer) => {
      if (answering) strike();
      if (!dead) client.write(bytes);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    arm(moment, kill) {
      dead = false;
      armed = { moment, kill };
    },
    disarm() {
      dead = false;
      armed = null;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
