import type { Command } from 'commander'
import type { components } from '../client/index.ts'
import { addStartingOptions, post, starting } from './definition/starting.ts'
import { tellWarnings } from './definition/tell-plan-faults.ts'
import { paintOut } from './live/paint-out.ts'
import { planLines } from './live/plan-lines.ts'

const advice = `
Without --url, files are checked by a service that keeps nothing: it does not know saved workflows.
Exit codes: 0 it can be run; 1 the service refused or was not reached; 2 it has faults.`

/** `stepstream plan`: what a workflow would run, and what is wrong with it; starts nothing. */
export function definePlan(command: Command): void {
  addStartingOptions(command)
    .option('--json', 'print the plan as JSON')
    .addHelpText('after', advice)
    .action((file: string | undefined) =>
      starting(command, file, { isPassing: true }, async (start, reached) => {
        const plan = await post<components['schemas']['Plan']>(reached, '/v1/plans', start)
        const { json } = command.opts<{ json?: boolean }>()
        const text = json ? JSON.stringify(plan) : planLines(plan, paintOut).join('\n')
        process.stdout.write(`${text}\n`)
        tellWarnings(start, plan.warnings)
        return 0
      }),
    )
}
