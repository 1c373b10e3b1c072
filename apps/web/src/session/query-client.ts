import { HttpError, UnreachableError } from '@holdfast/client/http-error';
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { tellReachable } from './reachability.ts';
import { lock } from './session.ts';

function hear(error: Error): void {
  if (error instanceof UnreachableError) tellReachable(false);
  else if (error instanceof HttpError) {
    tellReachable(true);
    if (error.status === 401) lock();
  }
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: hear, onSuccess: () => tellReachable(true) }),
  mutationCache: new MutationCache({ onError: hear, onSuccess: () => tellReachable(true) }),
  defaultOptions: {
    // The client repeats by itself what may be repeated. A service on this machine needs no network.
    queries: { retry: false, networkMode: 'always', staleTime: 1000 },
    mutations: { networkMode: 'always' },
  },
});
