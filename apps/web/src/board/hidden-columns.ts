import { useState } from 'react';

const storageName = 'holdfast.hiddenColumns';
/** What is on the plots and the trial's page as well. */
const hiddenAtFirst = ['probabilityBest', 'trainingLoss', 'epochs'];

function read(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageName) ?? 'null');
    return Array.isArray(stored) ? stored.map(String) : hiddenAtFirst;
  } catch {
    return hiddenAtFirst;
  }
}

/** Which columns a person does not want to see, on all boards; kept in the browser. */
export function useHiddenColumns(): [ReadonlySet<string>, (id: string, hidden: boolean) => void] {
  const [hidden, setHidden] = useState(() => new Set(read()));
  const change = (id: string, hide: boolean) => {
    const next = new Set(hidden);
    if (hide) next.add(id);
    else next.delete(id);
    localStorage.setItem(storageName, JSON.stringify([...next]));
    setHidden(next);
  };
  return [hidden, change];
}
