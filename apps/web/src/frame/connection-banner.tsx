import { useQueryClient } from '@tanstack/react-query';
import { WifiOff } from 'lucide-react';
import { useEffect, useSyncExternalStore } from 'react';
import { clockTime } from '../format/time.ts';
import { subscribeReachability, whenLost } from '../session/reachability.ts';

/** While the service does not answer, it is asked so often, in ms. */
const pace = 2000;

/** Says that the figures are old, and looks whether the service is back. */
export function ConnectionBanner() {
  const since = useSyncExternalStore(subscribeReachability, whenLost);
  const queries = useQueryClient();
  useEffect(() => {
    if (since === null) return;
    const again = () => void queries.refetchQueries({ type: 'active' });
    const timer = window.setInterval(again, pace);
    window.addEventListener('online', again);
    return () => {
      window.clearInterval(timer);
      window.removeEventListener('online', again);
    };
  }, [since, queries]);
  return (
    <div role="status">
      {since === null ? null : (
        <div className="banner">
          <WifiOff size={17} aria-hidden />
          <span>
            Holdfast does not answer since {clockTime(since)}. What you see is from before; trying again …
          </span>
          <button
            type="button"
            className="button small"
            onClick={() => void queries.refetchQueries({ type: 'active' })}
          >
            Try now
          </button>
        </div>
      )}
    </div>
  );
}
