/** Characters in a line of the terminal; without one, as in a pipe or a file, there is no limit. */
export function terminalWidth(out: { isTTY?: boolean; columns?: number } = process.stdout): number {
  return out.isTTY ? out.columns || 80 : Infinity;
}
