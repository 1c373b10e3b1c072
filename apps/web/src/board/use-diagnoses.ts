import type { Finding } from '@holdfast/contracts/diagnosis';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { api } from '../session/session.ts';

/** As many as one request may name. */
const atOnce = 100;

/**
 * The diagnoses of completed trials, as far as they are there. What was asked for once is not asked for again: a
 * completed trial's never changes.
 */
export function useDiagnoses(search: string, trials: readonly number[]): ReadonlyMap<number, Finding[]> {
  const known = useRef({ search, findings: new Map<number, Finding[]>() });
  if (known.current.search !== search) known.current = { search, findings: new Map() };
  const { findings } = known.current;
  const missing = trials.filter((trial) => !findings.has(trial)).slice(0, atOnce);
  useQuery({
    queryKey: ['diagnoses', search, missing],
    queryFn: async ({ signal }) => {
      const { items } = await api.getDiagnoses(search, missing, signal);
      // One that is not answered stands elsewhere by now, and would be asked for for ever.
      for (const trial of missing) findings.set(trial, []);
      for (const { trial, diagnosis } of items) findings.set(trial, diagnosis);
      return findings.size;
    },
    enabled: missing.length > 0,
    placeholderData: keepPreviousData,
    // The findings are kept beside it: of its answer there is nothing to keep.
    gcTime: 0,
    retry: false,
  });
  return findings;
}
