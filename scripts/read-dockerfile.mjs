/**
 * @param {string} text of a Dockerfile with a stage `build`
 * @returns {{ build: string[], command: string[] }} the build stage's RUN lines, and what an image of it runs
 */
export function readDockerfile(text) {
  const lines = text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  const end = lines.findLastIndex((line) => line.startsWith('FROM '));
  const build = lines
    .slice(0, end)
    .flatMap((line) => (line.startsWith('RUN ') ? [line.slice(4).trim()] : []));
  const command = lines.find((line) => line.startsWith('CMD '));
  if (command === undefined) throw new Error('It has no CMD.');
  return { build, command: JSON.parse(command.slice(4)) };
}

/**
 * @param {string} text of .dockerignore: names at the root, and `**` + `/name` or `**` + `/*.ending` anywhere
 * @returns {(file: string) => boolean} whether a file, by its path from the root, is left out
 */
export function readDockerignore(text) {
  const patterns = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const anywhere = line.startsWith('**/');
      const name = (anywhere ? line.slice(3) : line).replace(/[.]/g, '\\.').replaceAll('*', '[^/]*');
      return new RegExp(`^${anywhere ? '(.*/)?' : ''}${name}(/|$)`);
    });
  return (file) => patterns.some((pattern) => pattern.test(file));
}
