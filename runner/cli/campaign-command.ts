/** Campaigns on the command line. */
import { type Command, Option } from 'commander';
import { sayToCampaign, showCampaigns } from './campaign.ts';
import { type PlanFlags, planCampaign, planSentences } from './campaign-plan.ts';
import { terminalPorts } from './operate-command.ts';

interface Flags {
  readonly series: string;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** Adds `campaign plan`, `start`, `status`, `stop` and `promote`. Status 1: refused, or nothing to show. */
export function addCampaignCommands(program: Command): void {
  const campaign = program
    .command('campaign')
    .description('the way of a strategy from simulation to money, a stage at a time');
  withAccess(campaign.command('plan').description('how long an edge takes to be found, and what that may cost'))
    .requiredOption('--edge <pusd>', 'profit of a share after fees that is looked for, such as 0.02')
    .option('--price <price>', 'what a share costs', '0.5')
    .option('--fee <rate>', 'the market’s fee rate', '0.07')
    .option('--maker', 'the orders rest: no fee')
    .option('--shares <shares>', 'shares of a window', '5')
    .option('--trades-per-day <count>', 'windows of a day in which it trades', '288')
    .option('--power <chance>', 'chance with which an edge that is there must be found', '0.95')
    .option('--strategy <name>', 'tell the series: this is the plan of the strategy’s next stage')
    .option('--hypothesis <text>', 'what is believed, in a sentence')
    .option('--smallest-sample <windows>', 'nobody is promoted before (default: a day)')
    .option('--max-windows <windows>', 'the stage ends after (default: as the edge needs)')
    .option('--budget <usdc>', 'learning budget (default: as the edge needs)')
    .addOption(
      new Option('--promote-when <verdict>', 'what the verdict must be for a promotion')
        .choices(['proven', 'not-disproven'])
        .default('proven'),
    )
    .action(async (flags: Flags & PlanFlags & { readonly strategy?: string }) => {
      const planned = planCampaign(flags);
      const { strategy } = flags;
      const ports = terminalPorts();
      if (strategy !== undefined) {
        // What is reckoned goes to the other stream where the answer is for a program.
        for (const line of planSentences(planned)) (flags.json === true ? ports.report : ports.print)(line);
        if (!(await sayToCampaign('plan', { ...flags, strategy }, { plan: planned.plan }, ports))) process.exitCode = 1;
      } else if (flags.json === true) ports.print(JSON.stringify(planned));
      else for (const line of planSentences(planned)) ports.print(line);
    });
  withAccess(campaign.command('status').description('how the campaigns of a series stand'))
    .option('--strategy <name>', 'one strategy')
    .action(async (flags: Flags & { readonly strategy?: string }) => {
      if (!(await showCampaigns(flags, terminalPorts()))) process.exitCode = 1;
    });
  for (const [verb, description] of [
    ['start', 'starts the planned stage; its plan is fixed from then on'],
    ['promote', 'to the next stage, when the rule of this one is met'],
  ] as const) {
    withAccess(campaign.command(verb).description(description))
      .requiredOption('--strategy <name>', 'whose campaign')
      .option('--yes', 'ask nothing')
      .action(async (flags: Flags & { readonly strategy: string }) => {
        if (!(await sayToCampaign(verb, flags, {}, terminalPorts()))) process.exitCode = 1;
      });
  }
  withAccess(campaign.command('stop').description('ends the campaign for good, as no-go'))
    .requiredOption('--strategy <name>', 'whose campaign')
    .requiredOption('--reason <text>', 'why, in a sentence')
    .option('--yes', 'ask nothing')
    .action(async ({ reason, ...flags }: Flags & { readonly strategy: string; readonly reason: string }) => {
      if (!(await sayToCampaign('stop', flags, { reason }, terminalPorts()))) process.exitCode = 1;
    });
}

function withAccess(command: Command): Command {
  return command
    .option('--series <slug>', 'the series', 'btc-updown-5m')
    .option('--url <url>', 'where the API is (default: the last `make run`)')
    .option('--token-file <file>', 'tokens.json of a run folder, or a file with the operator token alone')
    .option('--json', 'print the result as one line of JSON');
}
