import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLocation, useSearchParams } from 'react-router';
import { usePageTitle } from '../frame/page-title.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { api } from '../session/session.ts';
import { emptyForm, type FormState, readSpec } from './form-state.ts';
import { SearchForm } from './search-form.tsx';
import { spaceFields } from './space-fields.ts';

/** From where one came: a search to go on from, with a space or the hyperparameters of one trial. */
interface Origin {
  from?: string;
  space?: unknown;
  params?: Record<string, unknown>;
}

export default function NewSearchPage() {
  usePageTitle('New search');
  const { state, key } = useLocation();
  const [query] = useSearchParams();
  const origin = (state ?? {}) as Origin;
  const fields = useMemo(spaceFields, []);
  const before = useQuery({
    queryKey: ['search', origin.from, 'origin'],
    queryFn: () => api.getSearch(origin.from ?? ''),
    enabled: origin.from !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (origin.from !== undefined && before.isPending) return <Loading what="the search to go on from" block />;
  if (before.error) return <Failure error={before.error} retry={before.refetch} />;
  let initial: FormState = { ...emptyForm, dataset: query.get('dataset') ?? '' };
  if (before.data) {
    const { spec, name } = before.data;
    const space = origin.params ?? origin.space ?? spec.space;
    // A grid over one trial's hyperparameters, or over a hint's space, is counted anew by the strategy's default.
    const { strategy, ...others } = spec;
    const keepsStrategy = origin.params === undefined && origin.space === undefined;
    initial = readSpec(
      { ...others, ...(keepsStrategy && { strategy }), space, name: `${name}, again` },
      fields,
    );
  }
  return <SearchForm key={key} initial={initial} fields={fields} />;
}
