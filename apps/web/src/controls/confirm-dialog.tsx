import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { ReactNode } from 'react';
import { Failure } from '../notices/failure.tsx';

interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  action: string;
  danger?: boolean;
  pending: boolean;
  error: Error | null;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone. It stays open where the service refuses, and says why. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onClose, title, children, action, danger = false, pending, error, onConfirm } = props;
  return (
    <AlertDialog.Root open={open} onOpenChange={(now) => (now ? undefined : onClose())}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="dialog">
          <AlertDialog.Title>{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />}>{children}</AlertDialog.Description>
          {error ? <Failure error={error} /> : null}
          <div className="dialog-buttons">
            <AlertDialog.Close className="button">Back</AlertDialog.Close>
            <button
              type="button"
              className={danger ? 'button danger' : 'button primary'}
              disabled={pending}
              onClick={onConfirm}
            >
              {action}
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
