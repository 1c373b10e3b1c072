import { type Command, Option } from 'commander';

/** Of commands that speak to no service. */
export const jsonOption = (description = 'print the result as JSON') => new Option('--json', description);

/** What every command that speaks to a service takes, in `--help`'s order. */
export const serviceOptions = () => [
  new Option('--url <url>', 'address of the service').env('HOLDFAST_URL').default('http://127.0.0.1:8080'),
  new Option('--key <key>', 'API key').env('HOLDFAST_KEY'),
  jsonOption('print the answer of the API as it came'),
];

/** Lets these options stand before the command too, as in `holdfast --url … datasets list`; what stands nearest to it counts. */
export function takeServiceOptionsEarly(program: Command): void {
  for (const group of groupsOf(program)) {
    group.enablePositionalOptions();
    for (const { flags, description } of serviceOptions()) {
      group.addOption(new Option(flags, description).hideHelp(group !== program));
    }
  }
  program.hook('preAction', (_, command) => {
    for (const option of serviceOptions()) handDown(command, option);
  });
}

const groupsOf = (command: Command): Command[] =>
  command.commands.length === 0 ? [] : [command, ...command.commands.flatMap(groupsOf)];

function handDown(command: Command, option: Option): void {
  const name = option.attributeName();
  if (command.getOptionValueSource(name) === 'cli') return;
  let from = command.parent;
  while (from && from.getOptionValueSource(name) !== 'cli') from = from.parent;
  if (!from) return;
  if (!command.options.some(({ long }) => long === option.long)) {
    command.error(`error: ${command.name()} takes no ${option.long}`);
  }
  command.setOptionValueWithSource(name, from.getOptionValue(name), 'cli');
}
