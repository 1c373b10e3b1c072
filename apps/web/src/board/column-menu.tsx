import { Menu } from '@base-ui/react/menu';
import { Check, Columns3 } from 'lucide-react';
import type { Column } from './columns.tsx';

interface ColumnMenuProps {
  columns: readonly Column[];
  hidden: ReadonlySet<string>;
  onChange: (id: string, hidden: boolean) => void;
}

/** Which columns to show. */
export function ColumnMenu({ columns, hidden, onChange }: ColumnMenuProps) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="button small">
        <Columns3 size={15} aria-hidden /> Columns
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="popup-place">
          <Menu.Popup className="popup">
            {columns.map(({ id, label, title }) => (
              <Menu.CheckboxItem
                key={id}
                className="menu-item"
                checked={!hidden.has(id)}
                onCheckedChange={(shown) => onChange(id, !shown)}
                title={title}
              >
                <span className="menu-box">
                  <Menu.CheckboxItemIndicator className="menu-check">
                    <Check size={15} aria-hidden />
                  </Menu.CheckboxItemIndicator>
                </span>
                {label}
              </Menu.CheckboxItem>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
