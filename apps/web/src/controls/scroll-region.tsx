import type { ReactNode } from 'react';

/** What may be wider than the page scrolls by itself, and can be reached and scrolled by keyboard. */
export function ScrollRegion({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="scroll" tabIndex={0} aria-label={`${label}, scrolls`}>
      {children}
    </section>
  );
}
