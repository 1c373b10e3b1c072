import { Menu } from '@base-ui/react/menu';
import { Check, Monitor, Moon, Sun } from 'lucide-react';
import { setTheme, type Theme, themes, useTheme } from './theme.ts';

const faces = {
  system: { icon: Monitor, name: 'As the system' },
  light: { icon: Sun, name: 'Light' },
  dark: { icon: Moon, name: 'Dark' },
} as const satisfies Record<Theme, unknown>;

export function ThemeMenu() {
  const theme = useTheme();
  const { icon: Icon } = faces[theme];
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="button plain icon" aria-label={`Colours: ${faces[theme].name}`}>
        <Icon size={17} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="end" className="popup-place">
          <Menu.Popup className="popup">
            <Menu.RadioGroup value={theme} onValueChange={(chosen: Theme) => setTheme(chosen)}>
              {themes.map((name) => {
                const { icon: Face, name: label } = faces[name];
                return (
                  <Menu.RadioItem key={name} value={name} className="menu-item" closeOnClick>
                    <Face size={16} aria-hidden /> {label}
                    <Menu.RadioItemIndicator className="menu-check">
                      <Check size={15} aria-hidden />
                    </Menu.RadioItemIndicator>
                  </Menu.RadioItem>
                );
              })}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
