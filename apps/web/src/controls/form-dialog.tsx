import { Dialog } from '@base-ui/react/dialog';
import type { FormEvent, ReactNode } from 'react';
import { Failure } from '../notices/failure.tsx';

interface FormDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description: string;
  action: string;
  children: ReactNode;
  pending: boolean;
  error: Error | null;
  onSubmit: () => void;
}

/** A few fields and what is done with them. It stays open where the service refuses, and says why. */
export function FormDialog(props: FormDialogProps) {
  const { open, onClose, title, description, action, children, pending, error, onSubmit } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog.Root open={open} onOpenChange={(now) => (now ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog" render={<form onSubmit={submit} noValidate />}>
          <Dialog.Title>{title}</Dialog.Title>
          <Dialog.Description className="quiet">{description}</Dialog.Description>
          {children}
          {error ? <Failure error={error} /> : null}
          <div className="dialog-buttons">
            <Dialog.Close className="button">Back</Dialog.Close>
            <button type="submit" className="button primary" disabled={pending}>
              {action}
            </button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
