import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ip = (...args: string[]) => run('ip', args);

/** A machine of its own, as far as the network goes. */
export interface NetworkHost {
  address: string;
  /** What runs a program there: the program and its arguments follow. */
  command: string[];
  /** Pulls the cable: nobody is told. */
  disconnect(): Promise<void>;
  reconnect(): Promise<void>;
}

export class NotPermittedError extends Error {
  override readonly name = 'NotPermittedError';
}

/** Linux network namespaces on one bridge, which this process reaches too. */
export class NamespacedNetwork {
  /** Of this machine, on the bridge. */
  readonly address: string;
  readonly hosts: NetworkHost[] = [];
  readonly #name: string;
  readonly #net: string;
  readonly #namespaces: string[] = [];

  private constructor(name: string, net: string) {
    this.#name = name;
    this.#net = net;
    this.address = `${net}.1`;
  }

  /** @throws NotPermittedError where this user, or this container, may not make namespaces */
  static async create(hosts: number): Promise<NamespacedNetwork> {
    const [a = 0, b = 0] = randomBytes(2);
    const network = new NamespacedNetwork(`hf${randomBytes(3).toString('hex')}`, `10.${200 + (a % 50)}.${b}`);
    try {
      await network.#build(hosts);
      return network;
    } catch (error) {
      await network.remove();
      throw new NotPermittedError(`No network namespaces here: ${(error as Error).message.trim()}`, {
        cause: error,
      });
    }
  }

  async remove(): Promise<void> {
    for (const name of this.#namespaces) await ip('netns', 'delete', name).catch(() => {});
    await ip('link', 'delete', this.#name).catch(() => {});
  }

  async #build(hosts: number): Promise<void> {
    await ip('link', 'add', this.#name, 'type', 'bridge');
    await ip('address', 'add', `${this.address}/24`, 'dev', this.#name);
    await ip('link', 'set', this.#name, 'up');
    for (let number = 1; number <= hosts; number++) {
      const name = `${this.#name}n${number}`;
      const [here, there] = [`${this.#name}h${number}`, `${this.#name}t${number}`];
      const address = `${this.#net}.${10 + number}`;
      await ip('netns', 'add', name);
      this.#namespaces.push(name);
      await ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
      await ip('link', 'set', here, 'master', this.#name, 'up');
      await ip('-n', name, 'link', 'set', 'lo', 'up');
      await ip('-n', name, 'address', 'add', `${address}/24`, 'dev', there);
      await ip('-n', name, 'link', 'set', there, 'up');
      this.hosts.push({
        address,
        command: ['ip', 'netns', 'exec', name],
        disconnect: async () => void (await ip('link', 'set', here, 'down')),
        reconnect: async () => void (await ip('link', 'set', here, 'up')),
      });
    }
  }
}
