import { type ClientOptions, clientCommand, connect } from '../command/client-command.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';
import { watchToEnd } from './watch-to-end.ts';

export const watchCommand = () =>
  clientCommand('watch [SEARCH]', 'watch a search until it is over; Ctrl-C leaves it running')
    .argument('[search]', searchArgument, 'latest')
    .addHelpText(
      'after',
      `
On a terminal one line is drawn again and again; elsewhere a line is printed
every five seconds at most. With --json every event is a line of JSON. Exit code
7: the search failed or was cancelled; 130: Ctrl-C.

Examples:
  $ holdfast watch
  $ holdfast watch se_0123456789abcdefghij --json | jq -r .name`,
    )
    .action(async (search: string, options: ClientOptions) => {
      const client = connect(options);
      process.exitCode = await watchToEnd(client, await resolveSearch(client, search), options);
    });
