import { useId } from 'react';
import type { FieldState } from './field-state.ts';
import type { SpaceField } from './space-fields.ts';

interface SpaceFieldRowProps {
  field: SpaceField;
  state: FieldState;
  /** What stands where nothing is given. */
  fallback: string;
  error: string | undefined;
  onChange: (state: FieldState) => void;
}

const modes = {
  default: 'default',
  values: 'values',
  choices: 'choices',
  range: 'range',
  json: 'JSON',
} as const;

/** One hyperparameter: left to its default, values, a range, or JSON for what fields cannot say. */
export function SpaceFieldRow({ field, state, fallback, error, onChange }: SpaceFieldRowProps) {
  const id = useId();
  const own = (['default', field.kind === 'choice' ? 'choices' : 'values', 'range', 'json'] as const).filter(
    (mode) => mode !== 'range' || field.ranges,
  );
  const switchTo = (mode: FieldState['mode']) => {
    switch (mode) {
      case 'default':
        return onChange({ mode });
      case 'values':
      case 'json':
        return onChange({ mode, text: '' });
      case 'choices':
        return onChange({ mode, chosen: [] });
      case 'range':
        return onChange({ mode, min: '', max: '', scale: 'linear', points: '' });
    }
  };
  return (
    <fieldset className="space-field" aria-labelledby={`${id}name`}>
      <span id={`${id}name`} className="label mono">
        {field.name}
      </span>
      <select
        className="select"
        aria-label={`How ${field.name} is given`}
        value={state.mode}
        onChange={(event) => switchTo(event.target.value as FieldState['mode'])}
      >
        {own.map((mode) => (
          <option key={mode} value={mode}>
            {modes[mode]}
          </option>
        ))}
      </select>
      <div className="space-values">
        <Values
          id={id}
          field={field}
          state={state}
          fallback={fallback}
          invalid={error !== undefined}
          onChange={onChange}
        />
        {error ? (
          <p className="error-text" id={`${id}error`}>
            {error}
          </p>
        ) : null}
      </div>
    </fieldset>
  );
}

interface ValuesProps extends Pick<SpaceFieldRowProps, 'field' | 'state' | 'fallback' | 'onChange'> {
  id: string;
  invalid: boolean;
}

function Values({ id, field, state, fallback, invalid, onChange }: ValuesProps) {
  const described = { 'aria-invalid': invalid, 'aria-describedby': `${id}error` };
  switch (state.mode) {
    case 'default':
      return <span className="quiet small">{fallback}</span>;
    case 'values':
      return (
        <input
          className="input"
          aria-label={`Values of ${field.name}`}
          {...described}
          placeholder={field.kind === 'network' ? '32 | 64 | 128, 64' : '0.001, 0.01, 0.1'}
          value={state.text}
          onChange={(event) => onChange({ ...state, text: event.target.value })}
        />
      );
    case 'json':
      return (
        <input
          className="input mono"
          aria-label={`${field.name} as JSON`}
          {...described}
          value={state.text}
          onChange={(event) => onChange({ ...state, text: event.target.value })}
        />
      );
    case 'choices':
      return (
        <div className="row">
          {field.options.map((option) => {
            const text = JSON.stringify(option);
            return (
              <label key={text} className="check">
                <input
                  type="checkbox"
                  checked={state.chosen.includes(text)}
                  onChange={(event) =>
                    onChange({
                      ...state,
                      chosen: event.target.checked
                        ? [...state.chosen, text]
                        : state.chosen.filter((one) => one !== text),
                    })
                  }
                />
                {String(option)}
              </label>
            );
          })}
        </div>
      );
    case 'range':
      return (
        <div className="space-range">
          {(['min', 'max', 'points'] as const).map((end) => (
            <input
              key={end}
              className="input"
              inputMode="decimal"
              aria-label={`${field.name}, ${end}`}
              {...described}
              placeholder={end === 'points' ? 'points' : end}
              value={state[end]}
              onChange={(event) => onChange({ ...state, [end]: event.target.value })}
            />
          ))}
          <select
            className="select"
            aria-label={`${field.name}, scale`}
            value={state.scale}
            onChange={(event) => onChange({ ...state, scale: event.target.value as 'linear' | 'log' })}
          >
            <option>linear</option>
            <option>log</option>
          </select>
        </div>
      );
  }
}
