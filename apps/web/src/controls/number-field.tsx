import { useId } from 'react';

interface NumberFieldProps {
  label: string;
  help?: string;
  error?: string | undefined;
  /** As it was typed: what is not a number is the service's to refuse, or the caller's. */
  value: string;
  onChange: (value: string) => void;
}

export function NumberField({ label, help, error, value, onChange }: NumberFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        inputMode="decimal"
        autoComplete="off"
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChange(event.target.value)}
      />
      <div id={`${id}-note`}>
        {error ? <p className="error">{error}</p> : help ? <p className="help">{help}</p> : null}
      </div>
    </div>
  );
}
