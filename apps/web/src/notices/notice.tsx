import { Info, Lightbulb, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

const icons = { info: Info, mark: TriangleAlert, hint: Lightbulb } as const;

/** Something that one should know: `mark` warns, `hint` says what could be done next. */
export function Notice({ kind, children }: { kind: keyof typeof icons; children: ReactNode }) {
  const Icon = icons[kind];
  return (
    <div className={`notice ${kind === 'mark' ? 'mark' : 'info'}`}>
      <Icon size={18} aria-hidden />
      <div>{children}</div>
    </div>
  );
}
