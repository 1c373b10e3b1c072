const seconds = { m: 60, h: 3600, d: 86_400 } as const;

/** `30m`, `12h` or `90d` as seconds; `never` as `null`. @throws Error with what is taken */
export function parseDuration(text: string): number | null {
  if (text === 'never') return null;
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count === undefined) throw new Error(`${text} is no duration: write 30m, 12h, 90d or never`);
  return Number(count) * seconds[unit as keyof typeof seconds];
}
