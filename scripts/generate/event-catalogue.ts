import type { z } from 'zod'
import { errors } from '../../src/errors.ts'
import type { EventType, eventData } from '../../src/session/events.ts'

/** What the page says about each type of event: its meaning, and one event as a stream shows it. */
type EventCatalogue = {
  readonly [T in EventType]: {
    readonly meaning: string
    readonly example: {
      readonly seq: number
      readonly type: T
      readonly at: string
      readonly sessionId: string
      readonly stepId?: string
      readonly attempt?: number
      readonly data: z.input<(typeof eventData)[T]>
    }
  }
}

const sessionId = 'ses_01KAJ5Z8Q4T7N2V9XWBMC3RD6E'
const interactionId = 'int_01KAJ5Z9B6M3H8T1RWXQ5V7D2C'
const at = (second: string) => `2026-01-05T09:30:${second}Z`
const session = { sessionId }
const fetchStep = { sessionId, stepId: 'fetch', attempt: 1 }
const signInStep = { sessionId, stepId: 'signIn', attempt: 1 }
const buildStep = { sessionId, stepId: 'build', attempt: 1 }
const steps = { total: 4, completed: 2, failed: 1, skipped: 1, cancelled: 0 }

const networkError = {
  id: `${sessionId}:fetch:1`,
  code: 'NETWORK_ERROR' as const,
  message: 'connect ECONNREFUSED 127.0.0.1:9000',
  category: errors.NETWORK_ERROR.category,
  severity: errors.NETWORK_ERROR.severity,
  retryable: errors.NETWORK_ERROR.retryable,
  recoverable: errors.NETWORK_ERROR.recoverable,
  suggestedAction: errors.NETWORK_ERROR.suggestedAction,
  causes: [{ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:9000' }],
}

const exitError = {
  id: `${sessionId}:build:1`,
  code: 'COMMAND_EXITED' as const,
  message: 'make exited with 2',
  category: errors.COMMAND_EXITED.category,
  severity: errors.COMMAND_EXITED.severity,
  retryable: errors.COMMAND_EXITED.retryable,
  recoverable: errors.COMMAND_EXITED.recoverable,
  suggestedAction: errors.COMMAND_EXITED.suggestedAction,
  details: { exitCode: 2 },
}

export const eventCatalogue: EventCatalogue = {
  'session.created': {
    meaning: 'The session is on disk and has its id; always the first event.',
    example: {
      seq: 1,
      type: 'session.created',
      at: at('00.000'),
      ...session,
      data: {
        name: 'nightly',
        totalSteps: 4,
        onFailure: 'fail_fast',
        correlationId: 'req-7f3a',
      },
    },
  },
  'session.started': {
    meaning: 'The session had its turn; its first steps start.',
    example: { seq: 2, type: 'session.started', at: at('00.004'), ...session, data: {} },
  },
  'session.progress': {
    meaning: 'Steps have settled; how far the session is.',
    example: {
      seq: 9,
      type: 'session.progress',
      at: at('02.250'),
      ...session,
      data: { total: 4, completed: 2, failed: 0, skipped: 0, cancelled: 0, percent: 50 },
    },
  },
  'session.waiting': {
    meaning:
      'Nothing runs: a timer or someone outside must act. `session.resumed` or the next `step.*` event ends it.',
    example: {
      seq: 10,
      type: 'session.waiting',
      at: at('02.251'),
      ...session,
      data: { until: at('32.250'), steps: ['cool_down'] },
    },
  },
  'session.paused': {
    meaning: 'On request, nothing new starts; attempts under way finish.',
    example: {
      seq: 6,
      type: 'session.paused',
      at: at('01.500'),
      ...session,
      data: { reason: 'deploy in progress' },
    },
  },
  'session.resumed': {
    meaning: 'Steps may start again.',
    example: { seq: 7, type: 'session.resumed', at: at('01.900'), ...session, data: {} },
  },
  'session.cancelling': {
    meaning: 'Nothing new starts, and attempts under way are being stopped.',
    example: {
      seq: 8,
      type: 'session.cancelling',
      at: at('02.000'),
      ...session,
      data: { cause: 'requested', reason: 'no longer needed' },
    },
  },
  'session.completed': {
    meaning: 'The session ended and did what it could: `completed_with_errors` if a step failed.',
    example: {
      seq: 14,
      type: 'session.completed',
      at: at('33.100'),
      ...session,
      data: { status: 'completed_with_errors', durationMs: 33100, steps },
    },
  },
  'session.failed': {
    meaning: 'The session ended because a step failed for good, or its time was up.',
    example: {
      seq: 14,
      type: 'session.failed',
      at: at('33.100'),
      ...session,
      data: { stepId: 'build', error: exitError, durationMs: 33100, steps },
    },
  },
  'session.cancelled': {
    meaning: 'The session ended because it was asked to.',
    example: {
      seq: 11,
      type: 'session.cancelled',
      at: at('02.310'),
      ...session,
      data: {
        reason: 'no longer needed',
        durationMs: 2310,
        steps: { total: 4, completed: 1, failed: 0, skipped: 0, cancelled: 3 },
      },
    },
  },
  'step.started': {
    meaning: 'An attempt begins.',
    example: {
      seq: 3,
      type: 'step.started',
      at: at('00.004'),
      ...fetchStep,
      data: { uses: 'webhook', text: 'GET https://example.com/data.json' },
    },
  },
  'step.output': {
    meaning: 'Text that the attempt wrote, a few lines at a time.',
    example: {
      seq: 12,
      type: 'step.output',
      at: at('32.400'),
      ...buildStep,
      data: { stream: 'stdout', text: 'cc -o app main.c\n' },
    },
  },
  'step.progress': {
    meaning: 'How far the attempt says it is.',
    example: {
      seq: 12,
      type: 'step.progress',
      at: at('32.600'),
      ...buildStep,
      data: { percent: 40, message: 'compiled 8 of 20 files' },
    },
  },
  'step.retrying': {
    meaning: 'The attempt did not succeed, and another is made at `resumeAt`.',
    example: {
      seq: 4,
      type: 'step.retrying',
      at: at('00.120'),
      ...fetchStep,
      data: { kind: 'error', error: networkError, delayMs: 1000, resumeAt: at('01.120') },
    },
  },
  'step.waiting': {
    meaning:
      'The step goes on later, without an attempt under way: at `until`, if that is known. One that `awaits` a session goes on at its end.',
    example: {
      seq: 8,
      type: 'step.waiting',
      at: at('02.250'),
      sessionId,
      stepId: 'cool_down',
      attempt: 1,
      data: { until: at('32.250') },
    },
  },
  'step.resolved': {
    meaning:
      'A person said what becomes of a step that waited or had failed; after retry it is pending, otherwise the next event says how it ended.',
    example: {
      seq: 12,
      type: 'step.resolved',
      at: at('09.000'),
      ...fetchStep,
      attempt: 2,
      data: { action: 'retry', actor: 'ops', reason: 'the network is back' },
    },
  },
  'step.completed': {
    meaning: 'The step succeeded.',
    example: {
      seq: 6,
      type: 'step.completed',
      at: at('01.260'),
      ...fetchStep,
      attempt: 2,
      data: { output: { status: 200, body: { size: 12 } }, durationMs: 140 },
    },
  },
  'step.failed': {
    meaning: 'The step failed and no attempt is left, or another would not help.',
    example: {
      seq: 13,
      type: 'step.failed',
      at: at('33.090'),
      ...buildStep,
      data: { kind: 'failed', error: exitError, durationMs: 690 },
    },
  },
  'step.skipped': {
    meaning: 'The step will not run.',
    example: {
      seq: 14,
      type: 'step.skipped',
      at: at('33.090'),
      sessionId,
      stepId: 'publish',
      data: { reason: 'dependency_failed', because: 'build' },
    },
  },
  'step.cancelled': {
    meaning: 'The step was stopped, or not begun, because the session ends.',
    example: {
      seq: 9,
      type: 'step.cancelled',
      at: at('02.300'),
      ...buildStep,
      data: {
        reason: 'session_cancelled',
        details: { pid: 4711, signals: ['SIGTERM'], gone: true, tookMs: 12 },
      },
    },
  },
  'session.rolling_back': {
    meaning:
      'All has settled or was stopped, and what completed is undone, the last that completed first.',
    example: {
      seq: 12,
      type: 'session.rolling_back',
      at: at('33.090'),
      ...session,
      data: { cause: 'failure', steps: ['build', 'fetch'] },
    },
  },
  'session.finalizing': {
    meaning: 'All other steps have settled, and those begin that run last whatever happened.',
    example: {
      seq: 14,
      type: 'session.finalizing',
      at: at('34.100'),
      ...session,
      data: { steps: ['cleanup'] },
    },
  },
  'step.undoing': {
    meaning: 'What the step did is being undone; a try at its `undo` begins.',
    example: {
      seq: 13,
      type: 'step.undoing',
      at: at('33.090'),
      ...buildStep,
      data: { uses: 'command' },
    },
  },
  'step.undone': {
    meaning: 'What the step did is undone.',
    example: {
      seq: 14,
      type: 'step.undone',
      at: at('33.400'),
      ...buildStep,
      data: { output: { exitCode: 0 }, durationMs: 310 },
    },
  },
  'step.undo_failed': {
    meaning: 'What the step did could not be undone; the others are undone nevertheless.',
    example: {
      seq: 14,
      type: 'step.undo_failed',
      at: at('33.400'),
      ...buildStep,
      data: { kind: 'failed', error: exitError, durationMs: 310 },
    },
  },
  'variable.updated': {
    meaning: 'A step set a variable of the workflow; told before the step’s own end.',
    example: {
      seq: 8,
      type: 'variable.updated',
      at: at('01.200'),
      ...fetchStep,
      data: { name: 'total', value: 12 },
    },
  },
  'step.repeating': {
    meaning: 'The step was done and is to be done again: its `repeat.until` does not hold yet.',
    example: {
      seq: 8,
      type: 'step.repeating',
      at: at('01.200'),
      ...fetchStep,
      data: {
        times: 1,
        output: { status: 200, body: { state: 'building' } },
        delayMs: 5000,
        resumeAt: at('06.200'),
      },
    },
  },
  'step.expanded': {
    meaning:
      'The items of a `forEach` are known: the step runs once for each, as `fetch[0]`, `fetch[1]` …',
    example: {
      seq: 8,
      type: 'step.expanded',
      at: at('01.200'),
      ...fetchStep,
      data: { count: 2, items: ['a.json', 'b.json'] },
    },
  },
  'interaction.created': {
    meaning:
      'The step asks somebody outside for something, and waits for their answer. Whoever drives the session gets it from POST /v1/sessions/:id/next; what has a queue is claimed.',
    example: {
      seq: 6,
      type: 'interaction.created',
      at: at('01.100'),
      ...buildStep,
      data: { interactionId, kind: 'client', command: { run: ['make', 'test'] } },
    },
  },
  'interaction.claimed': {
    meaning: 'A worker has taken it; for others it is not there until it is released.',
    example: {
      seq: 7,
      type: 'interaction.claimed',
      at: at('01.200'),
      ...buildStep,
      data: { interactionId, worker: 'bench-7', claim: 1 },
    },
  },
  'interaction.released': {
    meaning: 'The worker fell silent, or gave it back: others may claim it.',
    example: {
      seq: 8,
      type: 'interaction.released',
      at: at('16.200'),
      ...buildStep,
      data: { interactionId, worker: 'bench-7', claim: 1, reason: 'lease_lost' },
    },
  },
  'interaction.answered': {
    meaning: 'Somebody has answered; what that means for the step follows at once.',
    example: {
      seq: 9,
      type: 'interaction.answered',
      at: at('17.300'),
      ...buildStep,
      data: { interactionId, status: 'ok', output: { passed: 214 }, actor: 'ci', digest: 'k3JvX0' },
    },
  },
  'interaction.expired': {
    meaning: 'Nobody has answered in time; what that means for the step follows at once.',
    example: {
      seq: 9,
      type: 'interaction.expired',
      at: at('59.000'),
      ...buildStep,
      data: { interactionId },
    },
  },
  'signal.received': {
    meaning:
      'Somebody sent a signal. The step that has waited longest for one of its name goes on with it; where none waits, it is kept for the next that does.',
    example: {
      seq: 9,
      type: 'signal.received',
      at: at('17.300'),
      ...session,
      data: { signalId: 'sig_01JGXAMPLE0000000000000000', name: 'paid', payload: { amount: 12 } },
    },
  },
  'step.rewound': {
    meaning:
      'Whoever was asked for approval sent the session back: the steps that are listed are open again and run anew.',
    example: {
      seq: 10,
      type: 'step.rewound',
      at: at('17.300'),
      ...session,
      stepId: 'review',
      attempt: 1,
      data: {
        toStep: 'fetch',
        steps: ['fetch', 'build', 'review'],
        output: { decision: 'pushed_back', by: 'ana', note: 'take the data of today' },
      },
    },
  },
  'step.paused': {
    meaning:
      'Somebody keeps the step from beginning; an attempt that runs goes on, and no other follows.',
    example: {
      seq: 8,
      type: 'step.paused',
      at: at('01.200'),
      sessionId,
      stepId: 'publish',
      data: { actor: 'ada', reason: 'not on a Friday' },
    },
  },
  'step.resumed': {
    meaning: 'The step may begin.',
    example: {
      seq: 9,
      type: 'step.resumed',
      at: at('31.200'),
      sessionId,
      stepId: 'publish',
      data: { actor: 'ada' },
    },
  },
  'step.continuing': {
    meaning:
      'Somebody has answered what the step asked in the middle of its work: it goes on with one more attempt, which counts against nothing.',
    example: {
      seq: 9,
      type: 'step.continuing',
      at: at('31.200'),
      ...signInStep,
      data: { interactionId: 'int_01KAJ5X1C9M4P7R2T8VYBNE6GD' },
    },
  },
  'step.concluding': {
    meaning:
      'The step has waited, and what it sets, or whether it is done again, is being found out.',
    example: {
      seq: 9,
      type: 'step.concluding',
      at: at('31.200'),
      ...fetchStep,
      data: { output: { sessionId: 'ses_01KAJ5X1C9M4P7R2T8VYBNE6GD', status: 'completed' } },
    },
  },
  'step.kept': {
    meaning:
      'The session was forked from another one and takes this step over as it completed there; it does not run.',
    example: {
      seq: 2,
      type: 'step.kept',
      at: at('00.000'),
      sessionId,
      stepId: 'fetch',
      data: {
        output: { status: 200, body: { size: 12 } },
        durationMs: 140,
        from: { sessionId: 'ses_01KAJ5X1C9M4P7R2T8VYBNE6GD', attempt: 2 },
      },
    },
  },
  'step.interrupted': {
    meaning:
      'The service stopped during the attempt, so its outcome is unknown; `onInterrupted` says what follows.',
    example: {
      seq: 5,
      type: 'step.interrupted',
      at: at('45.000'),
      ...fetchStep,
      data: { reason: 'crash' },
    },
  },
  'browser.command_started': {
    meaning: 'The browser is about to do something.',
    example: {
      seq: 5,
      type: 'browser.command_started',
      at: at('01.010'),
      ...signInStep,
      data: {
        commandId: 1,
        do: 'click',
        description: 'click button "Sign in"',
        source: 'sentence',
        action: { do: 'click', target: { name: 'Sign in' } },
      },
    },
  },
  'browser.command_completed': {
    meaning: 'It was done.',
    example: {
      seq: 6,
      type: 'browser.command_completed',
      at: at('01.160'),
      ...signInStep,
      data: {
        commandId: 1,
        do: 'click',
        description: 'click button "Sign in"',
        code: "getByRole('button', { name: 'Sign in' })",
        url: 'http://shop.local/account',
        durationMs: 148,
      },
    },
  },
  'browser.command_failed': {
    meaning: 'It could not be done.',
    example: {
      seq: 6,
      type: 'browser.command_failed',
      at: at('11.020'),
      ...signInStep,
      data: {
        commandId: 1,
        do: 'click',
        description: 'click "Save"',
        failure: {
          code: 'TARGET_AMBIGUOUS',
          message: '"Save" names 2 elements',
          candidates: [
            { role: 'button', name: 'Save' },
            { role: 'link', name: 'Save' },
          ],
        },
        durationMs: 31,
      },
    },
  },
  'browser.navigated': {
    meaning: 'The page shows another address.',
    example: {
      seq: 7,
      type: 'browser.navigated',
      at: at('01.150'),
      ...signInStep,
      data: { url: 'http://shop.local/account', status: 200, title: 'Your account' },
    },
  },
  'browser.dialog': {
    meaning: 'The page opened a dialog, which was answered at once.',
    example: {
      seq: 7,
      type: 'browser.dialog',
      at: at('01.150'),
      ...signInStep,
      data: { type: 'confirm', message: 'Leave this page?', accepted: false },
    },
  },
  'browser.tab': {
    meaning: 'A tab was opened or closed; steps go on in a new one.',
    example: {
      seq: 7,
      type: 'browser.tab',
      at: at('01.150'),
      ...signInStep,
      data: { change: 'opened', url: 'http://shop.local/terms' },
    },
  },
  'browser.downloaded': {
    meaning: 'The page gave a file, which is kept as an artifact.',
    example: {
      seq: 7,
      type: 'browser.downloaded',
      at: at('01.150'),
      ...signInStep,
      data: {
        artifact: 'art_0mk1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f70819',
        name: 'invoice.pdf',
        bytes: 18230,
      },
    },
  },
  'browser.blocked': {
    meaning: 'The page wanted to reach an address that it may not.',
    example: {
      seq: 7,
      type: 'browser.blocked',
      at: at('01.150'),
      ...signInStep,
      data: {
        url: 'http://169.254.169.254/',
        reason: '169.254.169.254 is a cloud metadata address',
      },
    },
  },
  'browser.cache': {
    meaning: 'Whether the step is done again as it was done before, without the AI.',
    example: {
      seq: 5,
      type: 'browser.cache',
      at: at('01.008'),
      ...signInStep,
      data: { result: 'hit' },
    },
  },
  'screenshot.captured': {
    meaning: 'There is a picture of the page.',
    example: {
      seq: 8,
      type: 'screenshot.captured',
      at: at('01.240'),
      ...signInStep,
      data: {
        artifact: 'art_0mk1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f70819',
        contentType: 'image/jpeg',
        bytes: 41230,
        url: 'http://shop.local/account',
        reason: 'navigation',
        commandId: 1,
      },
    },
  },
  'artifact.captured': {
    meaning: 'The attempt left a file: a trace, a video, or what a page gave.',
    example: {
      seq: 9,
      type: 'artifact.captured',
      at: at('12.240'),
      ...signInStep,
      data: {
        artifact: 'art_0mk1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f70819',
        contentType: 'application/zip',
        bytes: 181230,
        name: 'signIn-trace.zip',
        kind: 'trace',
      },
    },
  },
  'ai.reasoning': {
    meaning:
      'Why the step does what it does: how its sentence was read and its element found, or what the model says.',
    example: {
      seq: 4,
      type: 'ai.reasoning',
      at: at('01.005'),
      ...signInStep,
      data: {
        source: 'sentence',
        thought: 'click the element named "Sign in": button "Sign in" has exactly that name',
        candidates: [{ role: 'button', name: 'Sign in', score: 100, why: 'exact name' }],
      },
    },
  },
  'ai.usage': {
    meaning: 'What one call of a model took.',
    example: {
      seq: 6,
      type: 'ai.usage',
      at: at('03.500'),
      ...signInStep,
      data: {
        connection: 'default',
        model: 'small-1',
        promptTokens: 2310,
        completionTokens: 84,
        cost: 0.0004,
        durationMs: 1420,
      },
    },
  },
  'warning.issued': {
    meaning: 'Something to know that is no failure.',
    example: {
      seq: 13,
      type: 'warning.issued',
      at: at('32.900'),
      ...buildStep,
      data: { code: 'OUTPUT_TRUNCATED', message: 'only the first 1048576 bytes are kept' },
    },
  },
}
