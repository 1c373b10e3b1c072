/** A command of ours as whoever runs this one would type it: by npx, by the clone's script, or as installed. */
export function typed(command: string, environment: NodeJS.ProcessEnv = process.env): string {
  if (environment['npm_lifecycle_event'] === 'holdfast') return `npm run holdfast -- ${command}`;
  return `${environment['npm_command'] === 'exec' ? 'npx ' : ''}holdfast ${command}`;
}
