import { lazy } from 'react';
import { Route, Routes } from 'react-router';
import { Frame } from './frame/frame.tsx';
import { NotFoundPage } from './frame/not-found-page.tsx';
import { SearchesPage } from './searches/searches-page.tsx';

const SearchPage = lazy(() => import('./search/search-page.tsx'));
const TrialPage = lazy(() => import('./trial/trial-page.tsx'));
const NewSearchPage = lazy(() => import('./submission/new-search-page.tsx'));
const DatasetsPage = lazy(() => import('./datasets/datasets-page.tsx'));
const DatasetPage = lazy(() => import('./datasets/dataset-page.tsx'));
const RevealPage = lazy(() => import('./reveal/reveal-page.tsx'));
const ModelPage = lazy(() => import('./model/model-page.tsx'));
const WorkersPage = lazy(() => import('./workers/workers-page.tsx'));

export function App() {
  return (
    <Routes>
      <Route element={<Frame />}>
        <Route index element={<SearchesPage />} />
        <Route path="searches/:search" element={<SearchPage />} />
        <Route path="searches/:search/trials/:trial" element={<TrialPage />} />
        <Route path="searches/:search/reveal" element={<RevealPage />} />
        <Route path="models/:model" element={<ModelPage />} />
        <Route path="new" element={<NewSearchPage />} />
        <Route path="datasets" element={<DatasetsPage />} />
        <Route path="datasets/:dataset" element={<DatasetPage />} />
        <Route path="workers" element={<WorkersPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
