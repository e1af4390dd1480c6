import { type Command, Option } from 'commander'

/** Gives a subcommand `--json` and `--quiet`. */
export function formOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--json', 'print each event as a line of JSON, and nothing else').conflicts(
        'quiet',
      ),
    )
    .option('--quiet', 'print nothing but how a session ended that did not complete')
}

/** What the exit code of a subcommand says that follows a session. */
export const exitHelp = `
Exit codes:
  0    the session completed
  1    it failed, or completed with errors, or the service refused or was not reached
  2    no result: called wrongly, faults in the workflow, or the session was cancelled
  130  left by Ctrl-C (143 by SIGTERM): the session is not cancelled by it`
