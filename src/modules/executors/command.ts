import { StepstreamError } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import {
  askWorker,
  type ElsewhereOptions,
  isElsewhere,
  type LocalCommand,
} from './command-elsewhere.ts'
import { type CommandInput, commandInput } from './command-input.ts'
import { toErrorOutcome } from './error-outcome.ts'
import { createOutputCapture, type OutputCapture } from './output-capture.ts'
import type { SendSignal } from './process-group.ts'
import { findProgram } from './program-path.ts'
import { type ProcessEnd, runProcess } from './run-process.ts'
import type { Executor, ExecutorContext, InputFault, Outcome } from './types.ts'
import { resolveWorkDir } from './work-dir.ts'

export interface CommandOptions extends ElsewhereOptions {
  /** Programs that may run, as steps name them: a name to look up, or an absolute path. */
  readonly commands: readonly string[]
  /** The folder commands run in; made if missing. */
  readonly workDir: string
  /** The search path for programs, and the `PATH` they get. */
  readonly searchPath: string
  /** From SIGTERM to SIGKILL. @default 2000 */
  readonly killGraceMs?: number
  /** `process.kill`. */
  readonly sendSignal: SendSignal
  /** Says how another list of programs is allowed. @default by the service’s settings */
  readonly howToAllow?: (programs: string) => string
}

/** How much of the end of stderr an error carries. */
const PREVIEW_LENGTH = 2048

/** Makes the executor that runs allowed programs, without a shell, each attempt in a process group of its own. */
export function createCommandExecutor(options: CommandOptions): Executor<CommandInput> {
  const allowed = new Set(options.commands)
  return {
    name: 'command',
    description: 'Runs a program of the allow-list, without a shell.',
    input: commandInput,
    // Asking somebody else to run it changes nothing yet.
    safeToRepeat: isElsewhere,
    keepsInput: isElsewhere,
    worksElsewhere: isElsewhere,
    check: (step) => (isElsewhere(step) ? [] : checkProgram(step, allowed, options)),
    async execute({ on, ...input }, context) {
      if (context.signal.aborted) return { status: 'aborted' }
      if (on !== undefined) return askWorker(input, on.queue, context, options)
      try {
        return await run(input, context, allowed, options)
      } catch (error) {
        if (error instanceof StepstreamError) return toErrorOutcome(error)
        return spawnFault(error, input.run[0])
      }
    },
  }
}

function checkProgram(
  { run: argv }: JsonObject,
  allowed: ReadonlySet<string>,
  options: CommandOptions,
): readonly InputFault[] {
  const program = Array.isArray(argv) ? argv[0] : undefined
  // One that an expression names is judged when it is known.
  if (typeof program !== 'string' || program.includes('{{') || allowed.has(program)) return []
  const message = notAllowed(program, allowed, options)
  return [{ path: ['run', 0], code: 'COMMAND_NOT_ALLOWED', message }]
}

function notAllowed(
  program: string,
  allowed: ReadonlySet<string>,
  { howToAllow = (programs) => `start the service with COMMANDS=${programs}` }: CommandOptions,
): string {
  const programs = [...allowed, program].join(',')
  return `"${program}" is not allowed; ${howToAllow(programs)} to allow it`
}

async function run(
  { run: argv, cwd, env, stdin, okExitCodes }: LocalCommand,
  context: ExecutorContext,
  allowed: ReadonlySet<string>,
  options: CommandOptions,
): Promise<Outcome> {
  const { workDir, searchPath, outputLimitBytes, killGraceMs = 2000, sendSignal } = options
  const program = argv[0] ?? ''
  if (!allowed.has(program)) {
    throw new StepstreamError('COMMAND_NOT_ALLOWED', notAllowed(program, allowed, options))
  }
  const [file, folder] = await Promise.all([
    findProgram(program, searchPath),
    resolveWorkDir(workDir, cwd),
  ])
  const capture = createOutputCapture(outputLimitBytes)
  let told = 0
  const end = await runProcess({
    file,
    argv,
    cwd: folder,
    env: { PATH: searchPath, HOME: folder, LANG: 'C.UTF-8', ...env, ...stepVariables(context) },
    stdin,
    signal: context.signal,
    killGraceMs,
    sendSignal,
    onBytes: capture.add,
    onText(stream, text) {
      // What goes beyond the limit is dropped anyway; the first excess says that there is more.
      if (told > outputLimitBytes) return
      told += Buffer.byteLength(text)
      context.output(stream, text)
    },
  })
  return context.signal.aborted
    ? toAborted(end)
    : toOutcome(program, end, capture, new Set(okExitCodes))
}

function stepVariables(context: ExecutorContext): Record<string, string> {
  const { correlation } = context
  return {
    STEPSTREAM_SESSION_ID: context.sessionId,
    STEPSTREAM_STEP_ID: context.stepId,
    STEPSTREAM_ATTEMPT: String(context.attempt),
    STEPSTREAM_CORRELATION_ID: correlation.id,
    STEPSTREAM_IDEMPOTENCY_KEY: context.idempotencyKey,
    ...(correlation.traceparent === undefined ? {} : { TRACEPARENT: correlation.traceparent }),
  }
}

function toAborted({ pid, termination }: ProcessEnd): Outcome {
  const { signals, gone, tookMs } = termination
  return { status: 'aborted', details: { pid, signals: [...signals], gone, tookMs } }
}

function toOutcome(
  program: string,
  { exitCode, exitSignal }: ProcessEnd,
  capture: OutputCapture,
  okExitCodes: ReadonlySet<number>,
): Outcome {
  const stdout = capture.text('stdout')
  const stderr = capture.text('stderr')
  if (exitCode === null) {
    return {
      status: 'error',
      code: 'COMMAND_KILLED',
      message: `${program} was ended by ${exitSignal ?? 'a signal'}`,
      retryable: false,
      details: { signal: exitSignal, stderr: stderr.slice(-PREVIEW_LENGTH) },
    }
  }
  if (!okExitCodes.has(exitCode)) {
    return {
      status: 'failed',
      code: 'COMMAND_EXITED',
      message: `${program} exited with code ${exitCode}`,
      retryable: true,
      details: { exitCode, stderr: stderr.slice(-PREVIEW_LENGTH) },
    }
  }
  return {
    status: 'succeeded',
    output: { exitCode, stdout, stderr, truncated: capture.truncated },
  }
}

const startFaults: Readonly<
  Record<string, Pick<StepstreamError, 'code'> & { retryable: boolean }>
> = {
  ENOENT: { code: 'COMMAND_NOT_FOUND', retryable: false },
  EACCES: { code: 'COMMAND_NOT_FOUND', retryable: false },
  E2BIG: { code: 'INVALID_STEP_INPUT', retryable: false },
  // The machine is short of something for now.
  EAGAIN: { code: 'EXECUTOR_FAILED', retryable: true },
  ENOMEM: { code: 'EXECUTOR_FAILED', retryable: true },
  EMFILE: { code: 'EXECUTOR_FAILED', retryable: true },
  ENFILE: { code: 'EXECUTOR_FAILED', retryable: true },
}

function spawnFault(error: unknown, program: string | undefined): Outcome {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const fault = startFaults[code]
  if (fault === undefined) throw error
  return { status: 'error', ...fault, message: `"${program}" could not be started: ${code}` }
}
