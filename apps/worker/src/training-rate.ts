/** Some of the WASM engine on a common core, until there is a measurement. */
const assumedRate = 2_000_000_000;

/** What a fold run takes beside its arithmetic: handing over, claiming and accepting. */
const secondsBesides = 0.001;

/** The weight of what was measured before halves each time this many seconds of training are added. */
const halfLife = 20;

/** How fast this process's threads train, in multiply-adds a second of one thread; measured as it goes. */
export class TrainingRate {
  #multiplyAdds = assumedRate;
  #seconds = 1;

  observe(multiplyAdds: number, seconds: number): void {
    if (!(multiplyAdds > 0 && seconds > 0)) return;
    const kept = halfLife / (halfLife + seconds);
    this.#multiplyAdds = this.#multiplyAdds * kept + multiplyAdds;
    this.#seconds = this.#seconds * kept + seconds;
  }

  /** How long one fold run of `multiplyAdds` takes on a thread. */
  secondsOf(multiplyAdds: number): number {
    return secondsBesides + (multiplyAdds * this.#seconds) / this.#multiplyAdds;
  }
}
