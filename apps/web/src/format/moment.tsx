import { useEffect, useState } from 'react';
import { ago, dateTime } from './time.ts';

/** How long ago, kept right while one looks; the exact time on hover. */
export function Moment({ time }: { time: string }) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => setTick((tick) => tick + 1), 10_000);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <time dateTime={time} title={dateTime(time)}>
      {ago(time)}
    </time>
  );
}
