import { Popover } from '@base-ui/react/popover';
import type { Axis } from '@holdfast/contracts/plots';
import { Filter } from 'lucide-react';
import { useId, useState } from 'react';
import { NumberField } from '../controls/number-field.tsx';
import { category as categoryText } from '../format/figures.ts';
import { conditionOn, readRange, writeRange } from './where.ts';

/** Columns besides hyperparameters that a range can be put on. */
const figures = ['score', 'standardError', 'validationLoss', 'lossGap', 'weightCount', 'seconds'];

interface FilterButtonProps {
  axes: readonly Axis[];
  where: readonly string[];
  onChange: (name: string, text: string | null) => void;
}

/** Puts a condition on any hyperparameter or figure: what brushing does, by keyboard. */
export function FilterButton({ axes, where, onChange }: FilterButtonProps) {
  const [name, setName] = useState('');
  const select = useId();
  const axis = axes.find((one) => one.name === name);
  const text = conditionOn(where, name);
  return (
    <Popover.Root>
      <Popover.Trigger className="button small">
        <Filter size={15} aria-hidden /> Filter
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="popup-place">
          <Popover.Popup className="popup padded stack">
            <Popover.Title>Filter the trials</Popover.Title>
            <div className="field">
              <label htmlFor={select}>By</label>
              <select
                id={select}
                className="select"
                value={name}
                onChange={(event) => setName(event.target.value)}
              >
                <option value="">choose …</option>
                <optgroup label="Hyperparameters">
                  {axes.map((one) => (
                    <option key={one.name}>{one.name}</option>
                  ))}
                </optgroup>
                <optgroup label="Figures">
                  {figures.map((figure) => (
                    <option key={figure}>{figure}</option>
                  ))}
                </optgroup>
              </select>
            </div>
            {name === '' ? null : axis?.categories ? (
              <Choices
                key={name}
                name={name}
                categories={axis.categories}
                text={text}
                onChange={(changed) => onChange(name, changed)}
              />
            ) : (
              <Ends key={name} text={text} onChange={(changed) => onChange(name, changed)} />
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface ChoicesProps {
  name: string;
  categories: readonly string[];
  text: string | null;
  onChange: (text: string | null) => void;
}

function Choices({ name, categories, text, onChange }: ChoicesProps) {
  const chosen = new Set(text?.split('|') ?? categories);
  const toggle = (category: string, on: boolean) => {
    const next = categories.filter((one) => (one === category ? on : chosen.has(one)));
    onChange(next.length === categories.length || next.length === 0 ? null : next.join('|'));
  };
  return (
    <fieldset className="choices">
      <legend className="hidden">{name}</legend>
      {categories.map((category) => (
        <label key={category} className="check">
          <input
            type="checkbox"
            checked={chosen.has(category)}
            onChange={(event) => toggle(category, event.target.checked)}
          />
          {categoryText(category)}
        </label>
      ))}
    </fieldset>
  );
}

function Ends({ text, onChange }: { text: string | null; onChange: (text: string | null) => void }) {
  const range = text === null ? null : readRange(text);
  const shown = (end: number | undefined) => (end !== undefined && Number.isFinite(end) ? String(end) : '');
  const [typed, setTyped] = useState<[string, string]>([shown(range?.[0]), shown(range?.[1])]);
  const isNumber = (end: string) => end.trim() === '' || Number.isFinite(Number(end));
  const change = (next: [string, string]) => {
    setTyped(next);
    if (!next.every(isNumber)) return;
    const [min, max] = next.map((end) => end.trim());
    if (!min && !max) onChange(null);
    else onChange(writeRange([Number(min || '-Infinity'), Number(max || 'Infinity')]));
  };
  const errorOf = (end: string) => (isNumber(end) ? undefined : 'This is not a number.');
  return (
    <div className="ends">
      <NumberField
        label="From"
        value={typed[0]}
        error={errorOf(typed[0])}
        onChange={(end) => change([end, typed[1]])}
      />
      <NumberField
        label="To"
        value={typed[1]}
        error={errorOf(typed[1])}
        onChange={(end) => change([typed[0], end])}
      />
    </div>
  );
}
