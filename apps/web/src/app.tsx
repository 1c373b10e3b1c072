import { Link, Route, Routes } from 'react-router';
import { SearchPage } from './pages/search-page.tsx';
import { SearchesPage } from './pages/searches-page.tsx';

export function App() {
  return (
    <>
      <header className="top">
        <Link to="/" className="brand">
          <img src="/icon.svg" alt="" width="24" height="24" /> Holdfast
        </Link>
        <a href="/openapi.json">API</a>
      </header>
      <main>
        <Routes>
          <Route path="/" element={<SearchesPage />} />
          <Route path="/searches/:search" element={<SearchPage />} />
          <Route
            path="*"
            element={
              <p>
                There is no such page. <Link to="/">All searches</Link>
              </p>
            }
          />
        </Routes>
      </main>
    </>
  );
}
