interface Load<T> {
  answer: Promise<T>;
  /** It is over, and the next may begin. */
  over: Promise<unknown>;
}

/**
 * Shares one load among all who ask at about the same time. Who asks while a load is under way shares the one
 * after it, not that one: what it read may be older than the question. The loads of a key begin `atMostEveryMs` apart.
 */
export function joinNext<T>(
  load: (key: string) => Promise<T>,
  atMostEveryMs = 0,
): (key: string) => Promise<T> {
  const running = new Map<string, Load<T>>();
  const waiting = new Map<string, Promise<T>>();

  function start(key: string): Promise<T> {
    const answer = load(key);
    const rest = new Promise<void>((resolve) => {
      if (atMostEveryMs === 0) resolve();
      else setTimeout(resolve, atMostEveryMs).unref();
    });
    const current = { answer, over: Promise.allSettled([answer, rest]) };
    running.set(key, current);
    current.over.then(() => {
      if (running.get(key) === current) running.delete(key);
    });
    return answer;
  }

  return (key) => {
    const current = running.get(key);
    if (current === undefined) return start(key);
    const next =
      waiting.get(key) ??
      current.over.then(() => {
        waiting.delete(key);
        return start(key);
      });
    waiting.set(key, next);
    return next;
  };
}
