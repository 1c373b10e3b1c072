import { Menu } from '@base-ui/react/menu';
import type { Search } from '@holdfast/contracts/search';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  Ban,
  Copy,
  Crosshair,
  Download,
  Ellipsis,
  LockOpen,
  Pause,
  Play,
  PlusCircle,
  Trash2,
} from 'lucide-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useBoardHead } from '../board/use-board-head.ts';
import { ConfirmDialog } from '../controls/confirm-dialog.tsx';
import { TrainModelButton } from '../model/train-model-button.tsx';
import { Failure } from '../notices/failure.tsx';
import { saveFile } from '../session/save-file.ts';
import { api } from '../session/session.ts';
import { ExtendDialog } from './extend-dialog.tsx';
import { RefineDialog } from './refine-dialog.tsx';
import { isOver } from './use-live-search.ts';

type Asking = 'cancel' | 'delete' | 'extend' | 'refine' | null;

/** What can be done with a search in its state. */
export function SearchActions({ search }: { search: Search }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asking>(null);
  const { id, status } = search;
  const over = isOver(status);
  // Models, reveals and searches around it need the data here.
  const own = search.trainer === 'holdfast';
  const recommended = useBoardHead(id)?.recommended?.trial;
  const close = () => setAsking(null);
  const refresh = () =>
    Promise.all(
      ['search', 'searches', 'board'].map((kind) => queries.invalidateQueries({ queryKey: [kind] })),
    );

  const hold = useMutation({
    mutationFn: () => (status === 'paused' ? api.resumeSearch(id) : api.pauseSearch(id)),
    onSettled: refresh,
  });
  const cancel = useMutation({
    mutationFn: () => api.cancelSearch(id),
    onSuccess: close,
    onSettled: refresh,
  });
  const save = useMutation({
    mutationFn: () => api.getLeaderboardCsv(id),
    onSuccess: (text) => saveFile(`${search.name}.csv`, 'text/csv', text),
  });
  const remove = useMutation({
    mutationFn: () => api.deleteSearch(id),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['searches'] });
      void navigate('/');
    },
  });
  return (
    <div className="stack actions">
      <div className="row">
        {over ? null : (
          <button type="button" className="button" disabled={hold.isPending} onClick={() => hold.mutate()}>
            {status === 'paused' ? <Play size={15} aria-hidden /> : <Pause size={15} aria-hidden />}
            {status === 'paused' ? 'Resume' : 'Pause'}
          </button>
        )}
        {own && over && recommended !== undefined ? (
          <>
            <TrainModelButton search={id} trial={recommended} />
            <Link to={`/searches/${id}/reveal`} className="button">
              <LockOpen size={15} aria-hidden /> Reveal …
            </Link>
          </>
        ) : null}
        {own && over ? (
          <button type="button" className="button" onClick={() => setAsking('refine')}>
            <Crosshair size={15} aria-hidden /> Refine
          </button>
        ) : null}
        {over ? null : (
          <button type="button" className="button danger" onClick={() => setAsking('cancel')}>
            <Ban size={15} aria-hidden /> Cancel
          </button>
        )}
        <Menu.Root modal={false}>
          <Menu.Trigger className="button icon" aria-label="More to do with this search">
            <Ellipsis size={17} aria-hidden />
          </Menu.Trigger>
          <Menu.Portal>
            <Menu.Positioner sideOffset={6} align="end" className="popup-place">
              <Menu.Popup className="popup">
                <Menu.Item className="menu-item" onClick={() => setAsking('extend')}>
                  <PlusCircle size={16} aria-hidden /> More trials …
                </Menu.Item>
                {over || !own ? null : (
                  <Menu.Item className="menu-item" onClick={() => setAsking('refine')}>
                    <Crosshair size={16} aria-hidden /> Refine …
                  </Menu.Item>
                )}
                {own ? (
                  <Menu.LinkItem className="menu-item" render={<Link to="/new" state={{ from: id }} />}>
                    <Copy size={16} aria-hidden /> A new search like it
                  </Menu.LinkItem>
                ) : null}
                <Menu.Item className="menu-item" onClick={() => save.mutate()}>
                  <Download size={16} aria-hidden /> Leaderboard as CSV
                </Menu.Item>
                {over ? (
                  <Menu.Item className="menu-item danger" onClick={() => setAsking('delete')}>
                    <Trash2 size={16} aria-hidden /> Delete …
                  </Menu.Item>
                ) : null}
              </Menu.Popup>
            </Menu.Positioner>
          </Menu.Portal>
        </Menu.Root>
      </div>
      {hold.isError ? <Failure error={hold.error} /> : null}
      {save.isError ? <Failure error={save.error} /> : null}
      <ConfirmDialog
        open={asking === 'cancel'}
        onClose={close}
        title="Cancel this search?"
        action="Cancel the search"
        danger
        pending={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate()}
      >
        What is finished stays on the board; the rest is not trained. A cancelled search cannot go on: to stop
        for a while, pause it.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'delete'}
        onClose={close}
        title={`Delete “${search.name}”?`}
        action="Delete it"
        danger
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        Its trials, scores and curves go with it. That cannot be undone.
      </ConfirmDialog>
      {asking === 'extend' ? <ExtendDialog search={search} onClose={close} onDone={refresh} /> : null}
      {asking === 'refine' ? <RefineDialog search={search} onClose={close} /> : null}
    </div>
  );
}
