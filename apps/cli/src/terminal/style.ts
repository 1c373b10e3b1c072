import { styleText } from 'node:util';

/** Colours only where a person looks at them, and not where NO_COLOR is set (https://no-color.org). */
export function paint(
  out: { isTTY?: boolean },
  format: Parameters<typeof styleText>[0],
  text: string,
): string {
  const colours = out.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  return colours ? styleText(format, text, { validateStream: false }) : text;
}
