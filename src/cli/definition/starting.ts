import { type Command, Option } from 'commander'
import type { EmbeddedOptions } from '../embedded/open-embedded.ts'
import { addOptionalServiceOptions, type Reached, withService } from '../embedded/with-service.ts'
import { exitCodes } from '../service/tell-fault.ts'
import { unwrap } from '../service/unwrap.ts'
import {
  addStartOptions,
  CalledWrongly,
  Malformed,
  readStart,
  type Start,
  type StartOptions,
} from './start-options.ts'
import { tellMalformed, tellPlanFaults } from './tell-plan-faults.ts'

/** Gives a subcommand the options that name a workflow, and the service that is asked about it. */
export function addStartingOptions(command: Command): Command {
  return addOptionalServiceOptions(addStartOptions(command)).addOption(
    new Option(
      '--service-log <file>',
      'where a service of its own adds its log; else it keeps none',
    ),
  )
}

/** Runs what a subcommand does with a workflow; the faults of that are told with their places. */
export function starting(
  command: Command,
  file: string | undefined,
  embedded: EmbeddedOptions,
  run: (start: Start, reached: Reached) => Promise<number>,
): Promise<void> {
  const options = command.opts<StartOptions & { serviceLog?: string }>()
  return withService(command, { ...embedded, logFile: options.serviceLog }, async (reached) => {
    let start: Start | undefined
    try {
      start = await readStart(file, options, reached.service)
      return await run(start, reached)
    } catch (error) {
      const code = start?.definition && tellPlanFaults(error, start)
      if (code !== undefined) return code
      if (error instanceof Malformed) return tellMalformed(error.definition, error.message)
      if (!(error instanceof CalledWrongly)) throw error
      process.stderr.write(`error: ${error.message}\n`)
      return exitCodes.noResult
    }
  })
}

/** Sends a body as it is to a route that takes a workflow. @throws ProblemError */
export async function post<Answer>(
  { service }: Reached,
  path: '/v1/sessions' | '/v1/plans',
  { body }: Start,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const asking = service.api.POST(path, {
    body: body.content as never,
    bodySerializer: (content: unknown) => content as string,
    headers: { ...headers, 'content-type': body.type },
  })
  return (await unwrap<unknown>(asking)) as Answer
}
