import { useQuery } from '@tanstack/react-query';
import { api } from '../session/session.ts';

/** The board's first rows by the search's own objective, and all that is told about the whole. */
export function useBoardHead(search: string) {
  const { data } = useQuery({
    queryKey: ['board', search, 'head'],
    queryFn: ({ signal }) => api.getBoardWindow(search, { limit: 1 }, signal),
  });
  return data;
}
