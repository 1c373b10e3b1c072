import { holdfastVersion, numericsVersion } from '@holdfast/contracts/versions';
import { Option } from 'commander';
import { type ClientOptions, clientCommand } from '../command/client-command.ts';
import { exitCodes } from '../command/exit-codes.ts';
import { paint } from '../terminal/style.ts';
import { terminalWidth } from '../terminal/terminal-width.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import type { Finding } from './check.ts';

interface DoctorOptions extends ClientOptions {
  home: string;
}

const marks = { ok: ['green', '✓'], note: ['yellow', '!'], wrong: ['red', '✗'] } as const;

export const doctorCommand = () =>
  clientCommand(
    'doctor',
    'look at Node, engine, folder, service, workers, database and queue; say what to do',
  )
    .addOption(new Option('--home <dir>', 'data folder').env('HOLDFAST_HOME').default('.holdfast'))
    .addHelpText(
      'after',
      `
Database and queue are looked at where DATABASE_URL and REDIS_URL name them.
Exit code 1: something is wrong.`,
    )
    .action(async (options: DoctorOptions) => {
      // Loaded here: no other command needs them, and a database client takes its time.
      const [machine, service, stores] = await Promise.all([
        import('./check-machine.ts'),
        import('./check-service.ts'),
        import('./check-stores.ts'),
      ]);
      const findings: Finding[] = [
        { what: 'Holdfast', state: 'ok', found: `${holdfastVersion}, numerics version ${numericsVersion}` },
        machine.checkNode(),
        machine.checkEngine(),
        await machine.checkFolder(options.home),
        ...(await service.checkService(options)),
        ...(await stores.checkStores(process.env)),
      ];
      const wrong = findings.filter(({ state }) => state === 'wrong').length;
      if (options.json) process.stdout.write(`${JSON.stringify({ ok: wrong === 0, findings })}\n`);
      else process.stdout.write(`${findings.map(line).join('\n')}\n`);
      process.exitCode = wrong === 0 ? exitCodes.ok : exitCodes.failed;
    });

function line({ what, state, found, wayOut }: Finding): string {
  const [colour, mark] = marks[state];
  // The mark is painted afterwards: colours have no width.
  const text = wrapText(`${mark} ${what.padEnd(9)} ${found}`, { indent: 12 }).slice(mark.length);
  const first = `${paint(process.stdout, colour, mark)}${text}`;
  if (wayOut === undefined) return first;
  const width = terminalWidth() - 12;
  const lines = wrapText(`→ ${wayOut}`, { indent: 2, width }).split('\n');
  return [first, ...lines.map((one) => ' '.repeat(12) + one)].join('\n');
}
