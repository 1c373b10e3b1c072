import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { textTable } from '../terminal/text-table.ts';

export const workersCommand = () =>
  clientCommand('workers', 'the workers that are connected').action(async (options: ClientOptions) => {
    const client = connect(options);
    if (options.json) return printAnswer(client, '/v1/workers');
    const workers = await client.listWorkers();
    if (workers.length === 0) {
      process.stdout.write('No worker is connected: nothing is trained. Start one: holdfast worker\n');
      return;
    }
    const table = textTable(
      [
        { title: 'id', cell: ({ id }) => id },
        { title: 'host', spare: 2, cell: ({ host }) => host },
        { title: 'threads', right: true, cell: ({ threads }) => String(threads) },
        { title: 'engine', cell: ({ engine }) => engine },
        { title: 'version', cell: ({ version }) => version },
        { title: 'running', right: true, cell: ({ runningFolds }) => String(runningFolds) },
        { title: 'completed', right: true, cell: ({ completedFolds }) => String(completedFolds) },
        { title: 'last seen', spare: 1, cell: ({ lastSeenAt }) => lastSeenAt.slice(0, 19).replace('T', ' ') },
      ],
      workers,
    );
    process.stdout.write(`${table}\n`);
  });
