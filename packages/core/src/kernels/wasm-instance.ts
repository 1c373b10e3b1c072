/** The compiled kernels with a memory of their own. */
import { kernelsBase64 } from './generated/kernels.ts';

// The types of Node do not have WebAssembly.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Memory: new (size: { initial: number; maximum: number }) => WasmMemory;
  Instance: new (module: object, imports: object) => { exports: unknown };
};
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** What the kernels ask of the training that runs them; see assembly/host.ts. */
export interface Host {
  askCancelled(): boolean;
  writeScalars(step: number): void;
  writeMasks(step: number, layer: number, position: number, rows: number): void;
}

/** See assembly/train.ts. */
interface Kernels {
  refresh(): void;
  trainEpochs(count: number): number;
  evaluate(features: number, targets: number, order: number, rows: number): number;
  predictBlock(features: number, order: number, rows: number): number;
}

const PAGE = 65536;
const MOST_PAGES = 65536;

let compiled: object | null = null;

function compile(): object {
  if (compiled === null) {
    const text = atob(kernelsBase64);
    compiled = new WebAssembly.Module(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  }
  return compiled;
}

export class WasmInstance {
  readonly kernels: Kernels;
  host: Host | null = null;
  f32!: Float32Array;
  i32!: Int32Array;
  u32!: Uint32Array;
  f64!: Float64Array;
  private readonly memory: WasmMemory;

  constructor() {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
    this.view();
    const host = {
      askCancelled: () => Number(this.host!.askCancelled()),
      writeScalars: (step: number) => this.host!.writeScalars(step >>> 0),
      writeMasks: (step: number, layer: number, position: number, rows: number) =>
        this.host!.writeMasks(step >>> 0, layer, position, rows),
    };
    const instance = new WebAssembly.Instance(compile(), { env: { memory: this.memory }, host });
    this.kernels = instance.exports as Kernels;
  }

  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /**
   * Makes room up to an address. Views are new afterwards.
   * @throws RangeError where the machine, or 32 bits of address, have not as much
   */
  reserve(end: number): void {
    const missing = Math.ceil(end / PAGE) - this.bytes / PAGE;
    if (missing <= 0) return;
    const needs = `The training needs ${Math.ceil(end / 1_048_576)} MB`;
    if (end > MOST_PAGES * PAGE)
      throw new RangeError(`${needs}; the engine holds 4096 MB. Take fewer rows, features or units`);
    try {
      this.memory.grow(missing);
    } catch {
      throw new RangeError(`${needs}, which this machine does not have`);
    }
    this.view();
  }

  private view(): void {
    const { buffer } = this.memory;
    this.f32 = new Float32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }
}

const idle: WasmInstance[] = [];
/** A memory cannot shrink: one that has grown beyond this is left to the garbage collector. */
const MOST_IDLE_BYTES = 268_435_456;

/** An instance with a memory of zeros, one that was used before where there is one. */
export function takeInstance(): WasmInstance {
  return idle.pop() ?? new WasmInstance();
}

/** Gives an instance back of which `used` bytes are not 0. */
export function returnInstance(instance: WasmInstance, used: number): void {
  instance.host = null;
  if (instance.bytes > MOST_IDLE_BYTES || idle.length >= 2) return;
  instance.f32.fill(0, 0, Math.ceil(used / 4));
  idle.push(instance);
}
