import { useQuery } from '@tanstack/react-query';
import { api } from '../session/session.ts';

/** While an evaluation is under way it is asked for so often, in ms. */
const pace = 700;

/** The reveals of a search, newest first. */
export function useReveals(search: string) {
  return useQuery({
    queryKey: ['reveals', search],
    queryFn: () => api.listReveals(search),
    refetchInterval: ({ state }) =>
      state.data?.some(({ status }) => status === 'queued' || status === 'running') ? pace : false,
  });
}
