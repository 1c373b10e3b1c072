/** A queue that did not answer in time, or not at all. */
export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}

/**
 * The answer of `work`, or a QueueUnavailableError after `milliseconds`: commands to a store that is
 * down stay pending for as long as it is. What `work` does later is ignored, failures too.
 */
export async function within<T>(milliseconds: number, doing: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new QueueUnavailableError(`The queue did not answer within ${milliseconds} ms (${doing}).`)),
      milliseconds,
    );
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
