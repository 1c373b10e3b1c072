import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What is to become of a request that matches `pattern`, and of the connection that it came by. */
interface Trap {
  pattern: string;
  /** `answer`: the server does what it was asked, and its answer is lost; `request`: it never hears of it. */
  loses: 'answer' | 'request';
  sprung: () => void;
}

/** A TCP connection through this process, which can be slowed, cut, or left without a word. */
export class FaultyLink {
  readonly #target: { host: string; port: number };
  readonly #pairs = new Set<{ client: Socket; server: Socket }>();
  readonly #server: Server;
  readonly #traps = new Set<Trap>();
  #silent = false;
  #refusing = false;
  #delayMs = 0;
  #bytesPerSecond = Infinity;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer((client) => this.#join(client));
  }

  /** @param address where it is reached; this machine alone unless given */
  static async open(target: { host: string; port: number }, address = '127.0.0.1'): Promise<FaultyLink> {
    const link = new FaultyLink(target);
    link.#server.listen(0, address);
    await once(link.#server, 'listening');
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Breaks all connections with a TCP reset. */
  reset(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** From now on nobody gets in; connections that are there are reset. */
  refuse(): void {
    this.#refusing = true;
    this.reset();
  }

  /** Bytes no longer arrive, and nobody is told: what a pulled cable is. */
  blackHole(): void {
    this.#silent = true;
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.pause();
    }
  }

  /** Each piece of data comes so much later, both ways. */
  delay(milliseconds: number): void {
    this.#delayMs = milliseconds;
  }

  throttle(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** Takes back whatever was done to the link. After a black hole its connections are reset: TCP would have given up. */
  mend(): void {
    if (this.#silent) this.reset();
    this.#silent = false;
    this.#refusing = false;
    this.#delayMs = 0;
    this.#bytesPerSecond = Infinity;
    this.#traps.clear();
  }

  /** Waits for a request that contains `pattern` and cuts its connection. @returns whether one came within the time */
  cutAt(pattern: string, loses: 'answer' | 'request', withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const trap: Trap = {
        pattern,
        loses,
        sprung: () => {
          clearTimeout(timer);
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        this.#traps.delete(trap);
        resolve(false);
      }, withinMs);
      this.#traps.add(trap);
    });
  }

  async close(): Promise<void> {
    this.reset();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#target);
    const pair = { client, server };
    this.#pairs.add(pair);
    let answerLost: Trap | null = null;
    const cut = () => {
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.setNoDelay(true);
      from.on('error', () => {});
      from.on('close', () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
      from.on('end', () => to.end());
      this.#pump(from, to, (data) => {
        if (from === server && answerLost !== null) {
          const { sprung } = answerLost;
          cut();
          sprung();
          return false;
        }
        if (from === client && this.#traps.size > 0) {
          const trap = this.#spring(data);
          if (trap?.loses === 'request') {
            cut();
            trap.sprung();
            return false;
          }
          answerLost = trap ?? answerLost;
        }
        return true;
      });
    }
    if (this.#silent) {
      client.pause();
      server.pause();
    }
  }

  #spring(data: Buffer): Trap | null {
    for (const trap of this.#traps) {
      if (!data.includes(trap.pattern)) continue;
      this.#traps.delete(trap);
      return trap;
    }
    return null;
  }

  /** Hands data on in order, later or slower where that is asked for; `look` may stop it. */
  #pump(from: Socket, to: Socket, look: (data: Buffer) => boolean): void {
    let free = 0;
    from.on('data', (data: Buffer) => {
      if (this.#silent || !look(data)) return;
      const now = performance.now();
      const slow = this.#bytesPerSecond === Infinity ? 0 : (data.length / this.#bytesPerSecond) * 1000;
      free = Math.max(now + this.#delayMs, free) + slow;
      const write = () => {
        if (!this.#silent && to.writable) to.write(data);
      };
      if (free <= now) {
        write();
        return;
      }
      if (slow > 0) {
        from.pause();
        setTimeout(() => {
          if (!this.#silent) from.resume();
        }, slow);
      }
      setTimeout(write, free - now);
    });
  }
}
