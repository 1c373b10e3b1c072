export interface RepeatedWork {
  /** There may be something to do: the work is done once more, now or after the run that is under way. */
  nudge(): void;
  /** Resolves when no run is under way; nothing is begun any more. */
  stop(): Promise<void>;
}

/** Work that is never done twice at once, however often it is asked for. What it throws is told, and is no end. */
export function repeatWork(work: () => Promise<void>, onError: (error: Error) => void): RepeatedWork {
  let again = false;
  let stopped = false;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (again && !stopped) {
      again = false;
      try {
        await work();
      } catch (error) {
        onError(error as Error);
      }
    }
  }

  return {
    nudge() {
      again = true;
      running ??= run().finally(() => {
        running = null;
      });
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
