import { useQuery } from '@tanstack/react-query';
import { api } from '../session/session.ts';

/** All trials of a search as points, of very many a sample; the axes among them. */
export function useTrialPoints(search: string, metric: string, where: readonly string[] = []) {
  return useQuery({
    queryKey: ['plots', search, 'points', metric, where],
    queryFn: ({ signal }) => api.getTrialPoints(search, { ...(metric && { metric }), where }, signal),
    placeholderData: (before) => before,
    staleTime: 5000,
  });
}
