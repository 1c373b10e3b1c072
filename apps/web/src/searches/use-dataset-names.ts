import { useQuery } from '@tanstack/react-query';
import { api } from '../session/session.ts';

/** Names of data sets by id, of the newest thousand; a search tells the id alone. */
export function useDatasetNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({
    queryKey: ['datasets', 'names'],
    queryFn: async () => {
      const { items } = await api.listDatasets({ limit: 1000 });
      return new Map(items.map(({ id, name }) => [id, name]));
    },
    staleTime: 30_000,
  });
  return data ?? new Map();
}
