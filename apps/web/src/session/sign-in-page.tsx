import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { usePageTitle } from '../frame/page-title.ts';
import { Failure } from '../notices/failure.tsx';
import { signIn } from './session.ts';

/** Asks for the key, which the service then puts into a cookie. */
export function SignInPage() {
  usePageTitle('Sign in');
  const [key, setKey] = useState('');
  const field = useId();
  const queries = useQueryClient();
  const trial = useMutation({
    mutationFn: () => signIn(key),
    onSuccess: (known) => {
      if (known) queries.clear();
    },
  });
  const refused = trial.data === false;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (key !== '') trial.mutate();
  };
  return (
    <form className="card stack sign-in" onSubmit={submit}>
      <h1>Sign in</h1>
      <p className="quiet">
        This service wants a key. It is kept in a cookie until you sign out or close the browser.
      </p>
      <div className="field">
        <label htmlFor={field}>API key</label>
        <input
          id={field}
          className="input"
          type="password"
          autoComplete="current-password"
          value={key}
          aria-invalid={refused}
          aria-describedby={refused ? `${field}-error` : undefined}
          onChange={(event) => setKey(event.target.value)}
        />
        {refused ? (
          <p className="error" id={`${field}-error`} role="alert">
            The service does not know this key.
          </p>
        ) : null}
      </div>
      {trial.error ? <Failure error={trial.error} /> : null}
      <button type="submit" className="button primary" disabled={key === '' || trial.isPending}>
        {trial.isPending ? 'Trying the key …' : 'Sign in'}
      </button>
    </form>
  );
}
