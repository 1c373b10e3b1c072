/** From here on a person wonders, in ms. */
const quiet = 2000;

/**
 * Says what is under way once it has taken two seconds: on a terminal in place and with the seconds, elsewhere in a line
 * of its own. What was said in place is gone when the next thing is said.
 */
export class Waiting {
  readonly #out: NodeJS.WriteStream;
  #timer: NodeJS.Timeout | undefined;
  #shown = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** `what` begins, and what was under way before it is over. */
  step(what: string): void {
    this.end();
    const began = performance.now();
    this.#timer = setInterval(() => {
      const passed = performance.now() - began;
      if (passed < quiet) return;
      if (this.#out.isTTY) this.#out.write(`\r\x1b[2K${what} … ${Math.round(passed / 1000)} s`);
      else if (!this.#shown) this.#out.write(`${what} …\n`);
      this.#shown = true;
    }, 250);
    this.#timer.unref();
  }

  /** Nothing is under way. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#shown && this.#out.isTTY) this.#out.write('\r\x1b[2K');
    this.#shown = false;
  }
}
