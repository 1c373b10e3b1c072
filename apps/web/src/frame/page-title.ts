import { useEffect } from 'react';

/** Names the page in the tab and, for screen readers, where one has come to. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Holdfast`;
  }, [title]);
}
