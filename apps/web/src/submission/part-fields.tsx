import { useId } from 'react';
import { NumberField } from '../controls/number-field.tsx';
import { errorAt, type PlacedError } from './field-errors.ts';
import type { PartState } from './form-state.ts';
import type { PartKind } from './part-kinds.ts';

interface PartFieldsProps {
  title: string;
  pointer: string;
  kinds: readonly PartKind[];
  /** What stands where no kind is chosen. */
  fallback: string;
  part: PartState;
  errors: readonly PlacedError[];
  onChange: (part: PartState) => void;
}

const pointerTo = (pointer: string, name: string) => `${pointer}/${name.replace('.', '/')}`;

/** A part of a spec that is one of several kinds: which, and the fields of that kind. */
export function PartFields({ title, pointer, kinds, fallback, part, errors, onChange }: PartFieldsProps) {
  const id = useId();
  const kind = kinds.find(({ name }) => name === part.kind);
  const placed =
    kind?.fields.some(({ name }) => errorAt(errors, pointerTo(pointer, name)) !== undefined) ?? false;
  const whole = placed ? undefined : errorAt(errors, pointer);
  return (
    <fieldset className="part">
      <legend>{title}</legend>
      <div className="part-fields">
        <div className="field">
          <label htmlFor={id}>Kind</label>
          <select
            id={id}
            className="select"
            value={part.kind}
            aria-invalid={whole !== undefined}
            onChange={(event) => onChange({ kind: event.target.value, values: {} })}
          >
            <option value="">{fallback}</option>
            {kinds.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
          {whole ? <p className="error">{whole}</p> : null}
        </div>
        {kind?.fields.map(({ name, fallback: given }) => (
          <NumberField
            key={name}
            label={name.replace('.', ' ')}
            help={given === undefined ? '' : `${given} unless given`}
            value={part.values[name] ?? ''}
            error={errorAt(errors, pointerTo(pointer, name))}
            onChange={(value) => onChange({ ...part, values: { ...part.values, [name]: value } })}
          />
        ))}
      </div>
    </fieldset>
  );
}
