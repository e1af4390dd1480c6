import type { FastifyBaseLogger } from 'fastify'
import { StepstreamError } from '../../errors.ts'
import { InTurn } from '../../in-turn.ts'
import type { Artifacts } from '../artifacts/types.ts'
import type { Browsers } from '../browser/types.ts'
import type { ExecutorContext } from '../executors/types.ts'
import type { PageActor } from '../page/types.ts'
import { Attendance } from './attendance.ts'
import { cleanTrace } from './clean-trace.ts'
import { createCommands } from './commands.ts'
import { Keeper } from './keeper.ts'
import { optionsOf } from './options.ts'
import { PageSecrets } from './secrets.ts'
import type { BrowserSteps, BrowserWork } from './types.ts'

export interface BrowserStepsOptions {
  readonly browsers: Browsers
  readonly actor: PageActor
  readonly artifacts: Pick<Artifacts, 'put' | 'open'>
  /** The origins whose pages a secret may be filled into, by the secret's name. */
  readonly secretOrigins: ReadonlyMap<string, readonly string[]>
  readonly log: Pick<FastifyBaseLogger, 'warn'>
}

/** Gives attempts their browser, and makes events and artifacts of what happens in it. */
export function createBrowserSteps(options: BrowserStepsOptions): BrowserSteps {
  const { browsers, actor, artifacts, secretOrigins, log } = options
  const turns = new InTurn()
  return {
    get missing() {
      return browsers.missing
    },
    mayFill: (secret) => secretOrigins.has(secret),
    // Steps side by side would act on the same page: the session's browser is for one at a time.
    during: (context, work) =>
      turns.run(`${context.tenant} ${context.sessionId}`, () => {
        context.signal.throwIfAborted()
        return attempt(context, work)
      }),
  }

  async function attempt<T>(
    context: ExecutorContext,
    work: (browser: BrowserWork) => Promise<T>,
  ): Promise<T> {
    const wanted = optionsOf(context.browser)
    const keeper = new Keeper(context, artifacts)
    const secrets = new PageSecrets(context, secretOrigins)
    const session = await browsers.open({
      sessionId: context.sessionId,
      tenant: context.tenant,
      options: wanted,
      signal: context.signal,
      ...(wanted.video ? { keepVideo: (video) => keeper.leave('video', video) } : {}),
    })
    if (session.origin === 'restored') {
      const message = 'the browser was built anew from what was saved: what was typed is not in it'
      context.warn('BROWSER_RESTORED', message)
    }
    const attendance = new Attendance(session, context, keeper)
    const commands = createCommands({
      session,
      actor,
      attendance,
      keeper,
      context,
      pictures: wanted.screenshots ?? 'onFailure',
      secrets,
    })
    const isTraced = wanted.trace === 'onFailure'
    try {
      if (isTraced) await session.startTrace()
      const result = await work(commands)
      await attendance.settled()
      if (commands.hasChanged || attendance.hasNavigated) await session.save()
      if (isTraced) await session.stopTrace(false)
      return result
    } catch (error) {
      await showFailure(error)
      throw lostOr(error, attendance)
    } finally {
      attendance.end()
      session.release()
    }

    /** What helps to see why; where even that fails, the failure itself is what the caller must know. */
    async function showFailure(error: unknown): Promise<void> {
      try {
        await attendance.settled()
        const isOurs = error instanceof StepstreamError && !context.signal.aborted
        if (isOurs && attendance.crash === undefined) await commands.picture('failure')
        const trace = isTraced ? await session.stopTrace(!context.signal.aborted) : undefined
        if (trace !== undefined) {
          await keeper.leave('trace', traceOf(context, await cleanTrace(trace, secrets)))
        }
      } catch (other) {
        log.warn({ err: other, sessionId: context.sessionId }, 'a failure could not be shown')
      }
    }
  }
}

/** A page that crashed is why whatever was done in it failed. */
function lostOr(error: unknown, { crash }: Attendance): unknown {
  if (crash === undefined) return error
  if (error instanceof StepstreamError && error.code === 'BROWSER_LOST') return error
  return new StepstreamError('BROWSER_LOST', crash, { cause: error })
}

function traceOf({ stepId, attempt }: ExecutorContext, bytes: Uint8Array) {
  return { name: `${stepId}-${attempt}-trace.zip`, bytes }
}
