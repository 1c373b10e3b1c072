import { LogOut, Plus } from 'lucide-react';
import { Suspense, useEffect, useRef, useSyncExternalStore } from 'react';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { Loading } from '../notices/loading.tsx';
import { isLocked, isSignedIn, signOut, subscribe } from '../session/session.ts';
import { SignInPage } from '../session/sign-in-page.tsx';
import { BrandMark } from './brand-mark.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { ThemeMenu } from './theme-menu.tsx';

/** What every page stands in. A new page gets the focus, so that keyboards and screen readers begin at its top. */
export function Frame() {
  const locked = useSyncExternalStore(subscribe, isLocked);
  const signedIn = useSyncExternalStore(subscribe, isSignedIn);
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    window.scrollTo(0, 0);
    main.current?.focus();
  }, [pathname]);
  return (
    <>
      <a href="#main" className="button primary skip">
        Skip to the page
      </a>
      <header className="top">
        <Link to="/" className="brand">
          <BrandMark /> Holdfast
        </Link>
        <nav className="nav" aria-label="Pages">
          <Link
            to="/"
            aria-current={pathname === '/' || pathname.startsWith('/searches/') ? 'page' : undefined}
          >
            Searches
          </Link>
          <NavLink to="/datasets">Data sets</NavLink>
          <NavLink to="/workers">Workers</NavLink>
          <a href="/docs">Docs</a>
        </nav>
        <div className="top-end">
          <Link to="/new" className="button primary">
            <Plus size={16} aria-hidden /> New search
          </Link>
          <ThemeMenu />
          {signedIn ? (
            <button
              type="button"
              className="button plain icon"
              aria-label="Sign out"
              onClick={() => void signOut()}
            >
              <LogOut size={17} aria-hidden />
            </button>
          ) : null}
        </div>
      </header>
      <ConnectionBanner />
      <main id="main" ref={main} tabIndex={-1}>
        {locked ? (
          <SignInPage />
        ) : (
          <Suspense fallback={<Loading what="the page" />}>
            <Outlet />
          </Suspense>
        )}
      </main>
    </>
  );
}
