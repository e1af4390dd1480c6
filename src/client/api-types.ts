/**
 * The HTTP interface as types. Made of openapi.yaml by `npm run generate`; edit the routes instead.
 */

export interface paths {
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List sessions, newest first */
        get: operations["listSessions"];
        put?: never;
        /**
         * Start a session
         * @description Takes a workflow, a bare list of steps, or { workflow, inputs }, where the workflow may be the name of a saved one, as JSON or YAML, and answers at once. `Prefer: wait=N` waits up to N seconds (60 at most) for the end and answers 200 if it came.
         */
        post: operations["startSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a session */
        get: operations["getSession"];
        put?: never;
        post?: never;
        /** Delete an ended session */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what a session’s steps have put aside */
        get: operations["listArtifacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get how far a session is, and when it will end */
        get: operations["getProgress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get what a session runs: its steps with their inputs, as they were planned
         * @description It never changes. Expressions are in it as they were written.
         */
        get: operations["getSessionPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the history of a session’s steps */
        get: operations["getSteps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Say why each step is not running, and what would wake it */
        get: operations["explainSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See whether the receiver of `onEnd` was told of the end */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/deliveries/{deliveryId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell the receiver once more, also where it was told already
         * @description With the same `webhook-id`, and again as many attempts as at first.
         */
        post: operations["retryDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/fork": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a session that goes on from another one, from a step on
         * @description The new session has the same plan. It keeps the outputs of the steps that completed, but for `fromStep`, for what did not end well, and for all that depends on either: those run again.
         */
        post: operations["forkSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a session that does again what failed in an ended one
         * @description As a fork from the steps that failed, were cancelled, or were skipped because of that. The ended session stays as it is.
         */
        post: operations["retrySession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a session: running attempts finish, nothing new starts */
        post: operations["pauseSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume a paused session */
        post: operations["resumeSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a session: running attempts are stopped */
        post: operations["cancelSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/recover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take up a session that was set aside after too many crashes */
        post: operations["recoverSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop a session and undo the steps that have completed */
        post: operations["rollbackSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel the sessions of a filter
         * @description The newest first, up to `limit` of them; each as by its own cancel. `more` says that a next call, with `next` as `cursor`, may find others.
         */
        post: operations["cancelSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry the sessions of a filter
         * @description Those that failed, were cancelled or completed with errors, the newest first, up to `limit` of them; each as by its own retry. `more` says that a next call, with `next` as `cursor`, may find others.
         */
        post: operations["retrySessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/steps/{stepId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run a step again that waits or has failed */
        post: operations["retryStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/steps/{stepId}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Skip a step that waits or has failed; what depends on it goes on */
        post: operations["skipStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/steps/{stepId}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Complete a step that waits or has failed, with an output */
        post: operations["completeStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/steps/{stepId}/fail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a step fail that waits */
        post: operations["failStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/steps/{stepId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep a step from beginning; an attempt that runs goes on, and no other follows */
        post: operations["pauseStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/steps/{stepId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a step begin that was paused, or that has breakBefore */
        post: operations["resumeStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/step": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on by one of the steps that are held; what comes after it is held in its place */
        post: operations["stepSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/next": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get what the client is to do next; asked twice, it is the same */
        post: operations["nextInteraction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what somebody is asked for, newest first
         * @description A page may hold fewer than asked for and have a next one all the same.
         */
        get: operations["listInteractions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get what somebody is asked for */
        get: operations["getInteraction"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/interactions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what a session asked of others, and what came of it */
        get: operations["listSessionInteractions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions/{id}/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve, reject or push back; or say what becomes of a step that failed */
        post: operations["decideInteraction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a link by which a person without a key can answer an approval, once
         * @description It is good until it expires, or the key that it was made with does or is revoked.
         */
        post: operations["createLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions/{id}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The page that a link leads to */
        get: operations["openLink"];
        put?: never;
        /** Answer an approval by a link */
        post: operations["answerLink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/signals/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Signal a session that something has happened
         * @description Wakes the step that has waited longest for a signal of the name; where none waits, the signal is kept for the next that does.
         */
        post: operations["signalSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions/{id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Report the result of what was asked for
         * @description A result may have 1 MiB, and that of a command as much as MAX_BODY_BYTES. With the scope work it is for what a queue asks for and this worker has claimed.
         */
        post: operations["answerInteraction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report how far the work is; a refusal means that it is to be stopped */
        post: operations["reportInteractionProgress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take what a queue asks for, the oldest first
         * @description Workers who wait are served in the order in which they came. What is taken must be kept by heartbeats, or it is there for others again.
         */
        post: operations["claimInteractions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions/{id}/heartbeat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Keep what was taken, and tell how it goes */
        post: operations["heartbeat"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/interactions/{id}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give back what was taken: it is there for others again */
        post: operations["releaseInteraction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the workers that are there, newest first
         * @description One that is not heard of for 90 seconds, or for as long as its lease, is listed no more. A key that is limited to queues sees those of its queues.
         */
        get: operations["listWorkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a workflow would run
         * @description Compiles and checks a workflow and starts nothing.
         */
        post: operations["compilePlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workflows/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the current version of a saved workflow */
        get: operations["getWorkflow"];
        /**
         * Save a workflow under a name
         * @description Takes a workflow or a bare list of steps, as JSON or YAML, and checks it whole. Each change is a new version; the same content again is none.
         */
        put: operations["saveWorkflow"];
        post?: never;
        /** Remove a saved workflow with all its versions; its sessions stay */
        delete: operations["removeWorkflow"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workflows/{name}/versions/{version}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make an old version of a workflow current again, as a new version */
        post: operations["restoreWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List saved workflows by name */
        get: operations["listWorkflows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workflows/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the versions of a saved workflow, newest first */
        get: operations["listWorkflowVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See how sessions went: how many, how long, and why they failed */
        get: operations["reportSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See where the time of sessions goes, and which steps fail */
        get: operations["reportSteps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workflows/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a version of a saved workflow */
        get: operations["getWorkflowVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workflows/{name}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See how the sessions of a saved workflow ended */
        get: operations["getWorkflowStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List schedules, newest first */
        get: operations["listSchedules"];
        put?: never;
        /**
         * Start sessions by cron, at an interval, or at one time
         * @description Takes up to 64 KiB of JSON or YAML, and checks the workflow and its inputs as a start would. Each fire time starts one session, however many replicas run.
         */
        post: operations["createSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a schedule with what it did last */
        get: operations["getSchedule"];
        /**
         * Replace what a schedule does; its history stays
         * @description Whether it is paused stays as it is where nothing is said. When the times change, none that are past are made up.
         */
        put: operations["replaceSchedule"];
        post?: never;
        /** Remove a schedule; its sessions stay and go on */
        delete: operations["removeSchedule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{id}/next": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** See the next fire times of a schedule */
        get: operations["nextTimes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a schedule: nothing fires, and nothing of that time is made up */
        post: operations["pauseSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume a paused schedule */
        post: operations["resumeSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{id}/trigger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a session of a schedule now, beside its plan
         * @description Whatever overlap says, and also where the schedule is paused or has ended.
         */
        post: operations["triggerSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List batches, newest first */
        get: operations["listBatches"];
        put?: never;
        /**
         * Start many sessions as one
         * @description Takes a list of what POST /v1/sessions takes, or one workflow with a list of inputs, as JSON or YAML. All are checked first: with any fault none is started. Answers at once; each session is started once, however many replicas run.
         */
        post: operations["startBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a batch of what did not complete in an ended one
         * @description Sessions that failed, were cancelled or completed with errors go on from the steps that completed, as by their own retry; those that were never started begin anew. The ended batch stays as it is.
         */
        post: operations["retryBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a batch, with how many of its sessions there are by status */
        get: operations["getBatch"];
        put?: never;
        post?: never;
        /** Remove a batch that has ended; its sessions stay */
        delete: operations["removeBatch"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a batch: no more sessions start, and those that are unfinished are cancelled */
        post: operations["cancelBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a batch: no more sessions start, and those that are unfinished are paused */
        post: operations["pauseBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batches/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume a paused batch and its paused sessions */
        post: operations["resumeBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/hooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List hooks, newest first */
        get: operations["listHooks"];
        put?: never;
        /**
         * Start a saved workflow when it is called, or when something happens to sessions
         * @description Takes up to 64 KiB of JSON or YAML. The workflow, its inputs and every expression are checked.
         */
        post: operations["createHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/hooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a hook with what it did last */
        get: operations["getHook"];
        /**
         * Replace what a hook does; its history stays
         * @description Whether it is paused stays as it is where nothing is said.
         */
        put: operations["replaceHook"];
        post?: never;
        /** Remove a hook; its sessions stay and go on */
        delete: operations["removeHook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/hooks/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pause a hook: calls are refused, and events of that time never fire it */
        post: operations["pauseHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/hooks/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume a paused hook */
        post: operations["resumeHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/hooks/{id}/trigger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Call a hook
         * @description Needs no key where the hook has a secret: the call is signed with it, by Standard Webhooks, or as GitHub does it. A `webhook-id` that has been here starts nothing new and gets the same answer.
         */
        post: operations["triggerHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List keys, newest first
         * @description Those that were revoked or have expired are listed for 30 days more; those of the settings are not.
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Make a key
         * @description Its secret is in this answer and nowhere else. An admin of the tenant `default` is an operator, who may make keys of any tenant; a tenant is there as soon as it has a key.
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a key */
        get: operations["getKey"];
        put?: never;
        post?: never;
        /**
         * Revoke a key
         * @description It opens nothing any more, on other replicas within seconds. Its streams end with their next heartbeat, and its tickets and links are good for nothing.
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a key another secret
         * @description The one it had works until the overlap ends. Everything else stays, its tickets and links too.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a ticket for the events of a session, for what cannot send a key
         * @description Whoever has it may read the events of this one session, as often as needed, until it expires or the key that it was made with does.
         */
        post: operations["createTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell whether a key is needed, and whose the request came with */
        get: operations["getSignIn"];
        put?: never;
        /**
         * Let a page act with a key that no script of it can read
         * @description Sets a cookie (`HttpOnly`, `SameSite=Strict`) that is taken in place of the key for 12 hours, as long as the key works and nobody signs out. What changes something must then come from a page of this service.
         */
        post: operations["signIn"];
        /**
         * End a sign-in
         * @description It is good for nothing any more, wherever the cookie was copied to, and its streams end. It must come from a page of this service.
         */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/executors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the kinds of step */
        get: operations["listExecutors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/artifacts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Fetch an artifact */
        get: operations["getArtifact"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/step-cache": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what is kept for doing it again without the AI, last used first */
        get: operations["listStepCache"];
        put?: never;
        post?: never;
        /** Forget everything that is kept for doing it again */
        delete: operations["clearStepCache"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/step-cache/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forget one entry: what it does is found anew next time */
        delete: operations["removeStepCacheEntry"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List control actions, newest first: who did what, when, and from where
         * @description Looks through 5000 entries at most. Where few of them match, a page is short, even empty: go on with `next` until it is null.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell whether the process is alive */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell whether new work is taken
         * @description Needs no key. `?verbose` adds how each part of the service is, and needs that of an operator where keys are needed.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures for Prometheus */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a session
         * @description The log as Server-Sent Events from the first event, or from after Last-Event-ID; as lines for people with Accept: text/plain, as JSON pages with Accept: application/json. A resumed stream of an ended session answers 204.
         */
        get: operations["followSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow several sessions on one connection
         * @description The logs of several sessions as one, in the order of commits, as Server-Sent Events; as JSON pages with Accept: application/json. The id of an event is its commit position; `sessionId` and `seq` are in its data. Sessions that are named end the stream when all of them have ended, and a resumed stream answers 204 then; a filter takes in sessions that are created later and never ends, but for a batch: its stream ends when it has started all its sessions and all of them have ended.
         */
        get: operations["followSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/queues/{queue}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow what a queue asks for
         * @description As Server-Sent Events: `interaction.available` for the oldest thousand that wait when the stream is opened and for each that comes, `interaction.withdrawn` when one has been claimed or is not asked for any more. The events have no id: a stream that is opened again tells anew what waits. It hands nothing out, and never ends by itself.
         */
        get: operations["followQueue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptedBatch: {
            batchId: string;
            /** @constant */
            status: "starting";
            /** Format: date-time */
            createdAt: string;
            total: number;
            /** @description In the order of the request; each is there once it is started */
            sessionIds: string[];
            retryOf?: string;
            links: {
                self: string;
                sessions: string;
                events: string;
            };
        };
        AcceptedDecision: {
            interactionId: string;
            sessionId: string;
            stepId: string;
            /** @enum {string} */
            decision: "approve" | "reject" | "push_back" | "retry" | "skip" | "complete" | "fail";
        };
        AcceptedSession: {
            sessionId: string;
            /** @constant */
            status: "queued";
            /** Format: date-time */
            createdAt: string;
            /** @description A rough guess, as a duration */
            estimatedDuration: string;
            warnings: components["schemas"]["PlanWarning"][];
            links: {
                self: string;
                events: string;
            };
        };
        AiReasoningEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "ai.reasoning";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /**
                 * @description Whose reasoning it is
                 * @enum {string}
                 */
                source: "sentence" | "cache" | "ai";
                thought: string;
                /** @description Of the AI’s loop, from 1 */
                turn?: number;
                /**
                 * @description More of the same thought follows
                 * @constant
                 */
                partial?: true;
                /** @description What it came to */
                decision?: {
                    [key: string]: unknown;
                };
                /** @description The elements that came into question, the best first */
                candidates?: {
                    role: string;
                    name: string;
                    score: number;
                    why: string;
                }[];
            };
        };
        AiUsageEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "ai.usage";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                connection: string;
                model: string;
                promptTokens: number;
                completionTokens: number;
                cachedTokens?: number;
                /** @description By the prices of the connection */
                cost?: number;
                /**
                 * @description The server does not count: so many there are by the length of the texts
                 * @constant
                 */
                estimated?: true;
                durationMs: number;
            };
        };
        ArtifactCapturedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "artifact.captured";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                artifact: string;
                contentType: string;
                bytes: number;
                name: string;
                /** @enum {string} */
                kind: "trace" | "video" | "file";
            };
        };
        AuditEntry: {
            id: string;
            /** Format: date-time */
            at: string;
            /** @description What was done to what, such as session.pause */
            action: string;
            /** @description The name of the key; anonymous where none is needed */
            actor: string;
            /** @description Of that key */
            keyId?: string;
            /** @description The `actor` that the request named */
            person?: string;
            tenant: string;
            /** @description Ids and names by kind */
            target: {
                [key: string]: string;
            };
            from: {
                ip: string;
                userAgent?: string;
            };
            requestId: string;
            reason?: string;
            outcome: {
                status: number;
                /**
                 * @description Why it was refused
                 * @enum {string}
                 */
                code?: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
                /** @description Where that is which it made */
                created?: string;
            };
        };
        Batch: {
            batchId: string;
            name: string | null;
            /**
             * @description Of its sessions as a whole; starting: none has been started yet
             * @enum {string}
             */
            status: "starting" | "running" | "paused" | "cancelling" | "completed" | "completed_with_errors" | "failed" | "cancelled";
            /** @description How many sessions it has, or will have */
            total: number;
            started: number;
            /** @description How many of its sessions there are by status; as they ended once it has ended */
            counts: {
                [key: string]: number;
            };
            /** @description The share of the sessions that will not change any more */
            percent: number;
            maxRunning: number | null;
            /** @enum {string} */
            onFailure: "continue" | "stop";
            /** @description A session failed, so those that had not begun were cancelled */
            stopped: boolean;
            /** @description Sessions that could not be made after all: their number, and up to 20 */
            refused?: {
                count: number;
                first: {
                    index: number;
                    code: string;
                    message: string;
                }[];
            };
            labels?: {
                [key: string]: string;
            };
            metadata?: {
                [key: string]: unknown;
            };
            /** @description The batch whose sessions it does again */
            retryOf?: string;
            /** Format: date-time */
            createdAt: string;
            endedAt: string | null;
            links: {
                self: string;
                sessions: string;
                events: string;
            };
        };
        /** @description Many sessions, started as one. */
        BatchBody: {
            /** @description What people see. */
            name?: string;
            /** @description Of its sessions: put over those of a workflow, and under those posted beside one. */
            labels?: {
                [key: string]: string;
            };
            /** @description Of its sessions, in the same way. */
            metadata?: {
                [key: string]: unknown;
            };
            /** @description How many of its sessions may be unfinished at once. Default: no limit. */
            maxRunning?: number;
            /**
             * @description stop: the first session that fails cancels those that have not begun.
             * @default continue
             * @enum {string}
             */
            onFailure?: "continue" | "stop";
            /** @description Each what POST /v1/sessions takes. Either this is needed, or workflow and inputs. */
            sessions?: components["schemas"]["WorkflowBody"][];
            /** @description The name of a saved workflow, or a workflow, or a list of steps. */
            workflow?: string | components["schemas"]["WorkflowDefinition"];
            /** @description Of the saved workflow. Default: what is current now, for all its sessions. */
            version?: number;
            /** @description Of the workflow: one session for each. */
            inputs?: {
                [key: string]: unknown;
            }[];
        };
        BrowserBlockedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "browser.blocked";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @description What the page wanted to reach */
                url: string;
                reason: string;
            };
        };
        BrowserCacheEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "browser.cache";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /**
                 * @description hit: it is done again without the AI; miss: there is nothing that may be used; healed: a part of it was found anew; stored: it is kept for the next time; evicted: it failed too often
                 * @enum {string}
                 */
                result: "hit" | "miss" | "healed" | "stored" | "evicted";
                reason?: string;
            };
        };
        BrowserCommandCompletedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "browser.command_completed";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @description 1 for the first of the attempt */
                commandId: number;
                /** @description The action, such as click */
                do: string;
                /** @description In words */
                description: string;
                /** @description How the element is found, as code */
                code?: string;
                /** @description What shows that it was done */
                evidence?: string;
                /** @description Of the page afterwards */
                url?: string;
                durationMs: number;
            };
        };
        BrowserCommandFailedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "browser.command_failed";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @description 1 for the first of the attempt */
                commandId: number;
                /** @description The action, such as click */
                do: string;
                /** @description In words */
                description: string;
                failure: {
                    code: string;
                    message: string;
                    /** @description The elements that came into question */
                    candidates?: {
                        role: string;
                        name: string;
                    }[];
                };
                durationMs: number;
            };
        };
        BrowserCommandStartedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "browser.command_started";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @description 1 for the first of the attempt */
                commandId: number;
                /** @description The action, such as click */
                do: string;
                /** @description In words */
                description: string;
                /**
                 * @description Who chose it: the step itself, its sentence, what was kept from an earlier run, or the AI
                 * @enum {string}
                 */
                source: "step" | "sentence" | "cache" | "ai";
                /** @description With its fields; of a secret the name only */
                action: {
                    [key: string]: unknown;
                };
            };
        };
        BrowserDialogEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "browser.dialog";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @enum {string} */
                type: "alert" | "confirm" | "prompt" | "beforeunload";
                message: string;
                accepted: boolean;
            };
        };
        BrowserDownloadedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "browser.downloaded";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                artifact: string;
                name: string;
                bytes: number;
            };
        };
        BrowserNavigatedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "browser.navigated";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                url: string;
                status?: number;
                title?: string;
            };
        };
        /** @description How the browser of its sessions is to be. */
        BrowserOptions: {
            /**
             * @description onFailure: and after each navigation. Default: onFailure.
             * @enum {string}
             */
            screenshots?: "never" | "onFailure" | "each";
            /**
             * @description It shows what was typed, secrets too. Default: never.
             * @enum {string}
             */
            trace?: "never" | "onFailure";
            /** @description A webm of each tab. Default: false. */
            video?: boolean;
            /** @description Default: 1280 × 720. */
            viewport?: {
                width: number;
                height: number;
            };
            locale?: string;
            timezone?: string;
            /** @description The hosts that pages may reach, *.example.com for all below one. Default: any that outbound requests may. */
            allow?: string[];
            /**
             * @description Whether what the AI found is kept and done again without it. Default: readWrite.
             * @enum {string}
             */
            cache?: "readWrite" | "readOnly" | "off";
            /** @description What the AI does only when a person has approved. */
            requireApproval?: ("submit" | "pay" | "delete" | "download")[];
            /** @description The name of an AI connection. Default: default. */
            ai?: string;
        };
        /** @description How the browser of its sessions is to be. */
        BrowserOptionsInput: {
            /**
             * @description onFailure: and after each navigation. Default: onFailure.
             * @enum {string}
             */
            screenshots?: "never" | "onFailure" | "each";
            /**
             * @description It shows what was typed, secrets too. Default: never.
             * @enum {string}
             */
            trace?: "never" | "onFailure";
            /** @description A webm of each tab. Default: false. */
            video?: boolean;
            /** @description Default: 1280 × 720. */
            viewport?: {
                width: number;
                height: number;
            };
            locale?: string;
            timezone?: string;
            /** @description The hosts that pages may reach, *.example.com for all below one. Default: any that outbound requests may. */
            allow?: string[];
            /**
             * @description Whether what the AI found is kept and done again without it. Default: readWrite.
             * @enum {string}
             */
            cache?: "readWrite" | "readOnly" | "off";
            /** @description What the AI does only when a person has approved. */
            requireApproval?: ("submit" | "pay" | "delete" | "download")[];
            /** @description The name of an AI connection. Default: default. */
            ai?: string;
        };
        BrowserTabEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "browser.tab";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @enum {string} */
                change: "opened" | "closed";
                url: string;
            };
        };
        /** @description Which element of the page is meant. */
        BrowserTarget: unknown | {
            /** @description Its accessible name, text, placeholder or label. */
            name?: unknown;
            /** @enum {string} */
            role?: "button" | "link" | "textbox" | "searchbox" | "checkbox" | "radio" | "switch" | "combobox" | "option" | "listbox" | "slider" | "spinbutton" | "tab" | "menuitem" | "heading" | "image" | "row" | "cell" | "listitem" | "list" | "table" | "dialog" | "form" | "region" | "navigation" | "alert" | "iframe" | "field" | "element";
            /** @description Which of several: 1 is the first, -1 the last. */
            nth?: number;
            /** @description What it is in: a row, a section, a dialog. */
            in?: components["schemas"]["BrowserTarget"];
            /** @description What it stands next to. */
            near?: components["schemas"]["BrowserTarget"];
            /** @description A CSS selector, for what no words name. */
            selector?: unknown;
        };
        /** @description Which element of the page is meant. */
        BrowserTargetInput: (string | number | boolean) | {
            /** @description Its accessible name, text, placeholder or label. */
            name?: string | number | boolean;
            /** @enum {string} */
            role?: "button" | "link" | "textbox" | "searchbox" | "checkbox" | "radio" | "switch" | "combobox" | "option" | "listbox" | "slider" | "spinbutton" | "tab" | "menuitem" | "heading" | "image" | "row" | "cell" | "listitem" | "list" | "table" | "dialog" | "form" | "region" | "navigation" | "alert" | "iframe" | "field" | "element";
            /** @description Which of several: 1 is the first, -1 the last. */
            nth?: number;
            /** @description What it is in: a row, a section, a dialog. */
            in?: components["schemas"]["BrowserTargetInput"];
            /** @description What it stands next to. */
            near?: components["schemas"]["BrowserTargetInput"];
            /** @description A CSS selector, for what no words name. */
            selector?: string | number | boolean;
        };
        CancelledSessions: {
            /** @description cancelled and failed; with dryRun those that would be cancelled */
            matched: number;
            /** @description How many were told; each says in its own stream when it has ended */
            cancelled: number;
            failed: {
                sessionId: string;
                code: string;
                message: string;
            }[];
            /** @description There may be others: call again with next as the cursor */
            more: boolean;
            next: string | null;
        };
        Claim: {
            queue: string;
            /** @description What the worker calls itself; no two that run at once should be called the same */
            workerId: string;
            /**
             * @description How many seconds to wait until there is something
             * @default 0
             */
            wait?: number;
            /**
             * @description How many to take at once, at most
             * @default 1
             */
            max?: number;
            /**
             * @description How long what is taken is kept without a heartbeat
             * @default 15000
             */
            leaseMs?: number;
        };
        ClaimedInteraction: {
            interactionId: string;
            sessionId: string;
            stepId: string;
            attempt: number;
            /**
             * @description client: whoever drives the session asks for it; worker: whoever serves the queue claims it; approval: a person decides; signal: it waits for a signal; escalation: a person says what becomes of a step that failed
             * @enum {string}
             */
            kind: "client" | "worker" | "approval" | "signal" | "escalation";
            /** @description What a person is asked */
            prompt?: string;
            /** @description Who may answer: names of keys, or of people that the holder of a key names */
            approvers?: string[];
            /**
             * @description What it means when nobody answers in time
             * @enum {string}
             */
            onTimeout?: "fail" | "approve" | "reject" | "escalate";
            /**
             * @description An approval does not complete the step: it goes on, with one more attempt that counts against nothing
             * @constant
             */
            resumes?: true;
            /** @description The name of the signal that it waits for */
            signal?: string;
            /** @description Why the step failed that a person is asked about */
            failure?: {
                code: string;
                message: string;
            };
            /** @description Who serves this queue may claim it, and nobody else */
            queue?: string;
            /** @description What is to be done; absent where people are asked */
            command?: unknown;
            /** @description The JSON Schema that the output of a result must fit */
            resultSchema?: {
                [key: string]: unknown;
            };
            /** @description What a warning means: one of four words, or the expression that says which */
            onWarning?: string;
            /** @description How often it is asked for again after an error; absent where people are asked */
            triesLeft?: number;
            /** Format: date-time */
            askedAt: string;
            worker: string;
            /**
             * Format: date-time
             * @description Whose end a heartbeat puts off
             */
            leaseUntil: string;
            /**
             * Format: date-time
             * @description When it is asked for no more
             */
            expiresAt?: string;
            /** @description How long each heartbeat keeps it */
            leaseMs: number;
            /** @description The same for all tries of the step */
            idempotencyKey: string;
            correlationId: string;
            traceparent?: string;
        };
        /** @description How many sessions of a key run at the same time. */
        Concurrency: {
            /** @description Sessions with the same text share the limit; it may read inputs and session.labels in {{ … }}. */
            key: string;
            /**
             * @description How many may have begun and not ended. Default: 1.
             * @default 1
             */
            limit: number;
            /**
             * @description What becomes of one more. queue: it waits. reject: it is refused. cancel_oldest: it waits, and the oldest is cancelled. Default: queue.
             * @default queue
             * @enum {string}
             */
            onLimit: "queue" | "reject" | "cancel_oldest";
        };
        /** @description How many sessions of a key run at the same time. */
        ConcurrencyInput: {
            /** @description Sessions with the same text share the limit; it may read inputs and session.labels in {{ … }}. */
            key: string;
            /**
             * @description How many may have begun and not ended. Default: 1.
             * @default 1
             */
            limit?: number;
            /**
             * @description What becomes of one more. queue: it waits. reject: it is refused. cancel_oldest: it waits, and the oldest is cancelled. Default: queue.
             * @default queue
             * @enum {string}
             */
            onLimit?: "queue" | "reject" | "cancel_oldest";
        };
        Decision: {
            /**
             * @description Of an approval: approve, reject or push_back; of an escalation: retry, skip, complete or fail
             * @enum {string}
             */
            decision: "approve" | "reject" | "push_back" | "retry" | "skip" | "complete" | "fail";
            /** @description What goes with approve, or the output of a step that is completed */
            output?: unknown;
            /** @description Where push_back goes back to. Default: the one step before the approval. */
            toStep?: string;
            /** @description What is to be said about it */
            note?: string;
            /** @description The person who decides. Default: the name of the key */
            actor?: string;
        };
        Delivery: {
            /** @description The `webhook-id` of every attempt */
            deliveryId: string;
            sessionId: string;
            /** @enum {string} */
            state: "pending" | "delivered" | "failed";
            /** @description The origin of its URL */
            receiver: string;
            /** Format: date-time */
            createdAt: string;
            attemptCount: number;
            /** @description The last 20, the oldest first */
            attempts: components["schemas"]["DeliveryAttempt"][];
            /**
             * Format: date-time
             * @description Absent where none is planned yet
             */
            nextAttemptAt?: string;
        };
        DeliveryAttempt: {
            /** Format: date-time */
            at: string;
            /** @description Absent where the service stopped meanwhile */
            durationMs?: number;
            /** @description What the receiver answered */
            status?: number;
            /** @description Why there is no answer */
            error?: {
                code: string;
                message: string;
            };
        };
        Event: components["schemas"]["SessionCreatedEvent"] | components["schemas"]["SessionStartedEvent"] | components["schemas"]["SessionProgressEvent"] | components["schemas"]["SessionWaitingEvent"] | components["schemas"]["SessionPausedEvent"] | components["schemas"]["SessionResumedEvent"] | components["schemas"]["SessionCancellingEvent"] | components["schemas"]["SessionRollingBackEvent"] | components["schemas"]["SessionFinalizingEvent"] | components["schemas"]["SessionCompletedEvent"] | components["schemas"]["SessionFailedEvent"] | components["schemas"]["SessionCancelledEvent"] | components["schemas"]["StepStartedEvent"] | components["schemas"]["StepOutputEvent"] | components["schemas"]["StepProgressEvent"] | components["schemas"]["StepRetryingEvent"] | components["schemas"]["StepRepeatingEvent"] | components["schemas"]["StepExpandedEvent"] | components["schemas"]["StepWaitingEvent"] | components["schemas"]["InteractionCreatedEvent"] | components["schemas"]["InteractionClaimedEvent"] | components["schemas"]["InteractionReleasedEvent"] | components["schemas"]["InteractionAnsweredEvent"] | components["schemas"]["InteractionExpiredEvent"] | components["schemas"]["SignalReceivedEvent"] | components["schemas"]["StepRewoundEvent"] | components["schemas"]["StepPausedEvent"] | components["schemas"]["StepResumedEvent"] | components["schemas"]["StepResolvedEvent"] | components["schemas"]["StepCompletedEvent"] | components["schemas"]["StepFailedEvent"] | components["schemas"]["StepSkippedEvent"] | components["schemas"]["StepCancelledEvent"] | components["schemas"]["StepContinuingEvent"] | components["schemas"]["StepConcludingEvent"] | components["schemas"]["StepUndoingEvent"] | components["schemas"]["StepUndoneEvent"] | components["schemas"]["StepUndoFailedEvent"] | components["schemas"]["VariableUpdatedEvent"] | components["schemas"]["StepKeptEvent"] | components["schemas"]["StepInterruptedEvent"] | components["schemas"]["BrowserCommandStartedEvent"] | components["schemas"]["BrowserCommandCompletedEvent"] | components["schemas"]["BrowserCommandFailedEvent"] | components["schemas"]["BrowserNavigatedEvent"] | components["schemas"]["BrowserDialogEvent"] | components["schemas"]["BrowserTabEvent"] | components["schemas"]["BrowserDownloadedEvent"] | components["schemas"]["BrowserBlockedEvent"] | components["schemas"]["BrowserCacheEvent"] | components["schemas"]["ScreenshotCapturedEvent"] | components["schemas"]["ArtifactCapturedEvent"] | components["schemas"]["AiReasoningEvent"] | components["schemas"]["AiUsageEvent"] | components["schemas"]["WarningIssuedEvent"];
        ExecutionProgress: {
            sessionId: string;
            totalSteps: number;
            completedSteps: number;
            counts: components["schemas"]["StepCounts"];
            currentStepIndex: number | null;
            currentStepName: string | null;
            currentSteps: string[];
            /** @description Settled steps as a share of all, 0 to 100 */
            overallProgress: number;
            /** @description Each step by what it takes, 0 to 100; null where earlier sessions do not tell */
            estimatedProgress: number | null;
            /** @description ms */
            averageStepDuration: number | null;
            /** @description ms */
            estimatedTimeRemaining: number | null;
            /** @description Of an ended session, when it ended */
            estimatedEnd: string | null;
            /** @description Why there is no estimate */
            noEstimate: ("paused" | "escalated" | "stopping" | "no_timings") | null;
            /**
             * @description The best of what the estimate rests on
             * @enum {string}
             */
            basedOn: "earlier_sessions" | "this_session" | "plan" | "nothing";
            /** @description The chain of steps that takes longest from now on */
            criticalPath: {
                stepId: string;
                remainingMs: number;
                /** @description It has begun */
                current: boolean;
            }[];
            /** Format: date-time */
            lastActivity: string;
        };
        Explanation: {
            session: {
                /** @enum {string} */
                status: "queued" | "running" | "waiting" | "paused" | "cancelling" | "rolling_back" | "completed" | "completed_with_errors" | "failed" | "cancelled";
                sentence: string;
                /**
                 * Format: date-time
                 * @description When it goes on by itself
                 */
                wakeAt?: string;
                /** @description The first five sessions that hold the concurrency key it waits for */
                heldBy?: string[];
            };
            steps: {
                id: string;
                /** @enum {string} */
                status: "pending" | "running" | "retrying" | "waiting" | "completed" | "failed" | "skipped" | "cancelled" | "undone";
                sentence: string;
                /** @description Of the steps before it the first five */
                waitsFor: components["schemas"]["WaitsFor"][];
                /**
                 * Format: date-time
                 * @description When it goes on by itself
                 */
                wakeAt?: string;
            }[];
        };
        /** @description Runs the step once for each item of a list, which expressions read as `item`, its place as `index`. */
        ForEach: string | {
            /** @description A CEL expression: a list of up to 10,000 items. */
            items: string;
            /** @description How many items run side by side. Default: 8. */
            maxParallel?: number;
            /** @description How many items may fail without the step failing. Default: 0. */
            maxFailures?: number;
        };
        ForkRequest: {
            /** @description The first step that runs again. */
            fromStep: string;
            /** @description Values that replace those the session was started with, by name. */
            inputs?: {
                [key: string]: unknown;
            };
            /** @description Changes to steps that run again, by id. */
            steps?: {
                [key: string]: components["schemas"]["StepChange"];
            };
        };
        /** @description What holds for all steps of a group together. */
        Group: {
            /** @description How many of its steps run side by side. Default: the workflow’s. */
            maxParallel?: number;
            /** @description False: what comes after it begins as soon as one of its steps has completed. Default: true. */
            waitForAll?: boolean;
            /**
             * @description What the failure of a step that says nothing itself does to the session.
             * @enum {string}
             */
            onFailure?: "fail_fast" | "continue" | "rollback" | "escalate";
            /**
             * @description The limit from its first start to its last end. Default: none of its own.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            timeout?: string;
        };
        Heartbeat: {
            /** @description What the worker calls itself; no two that run at once should be called the same */
            workerId: string;
            /** @description What the work has written since the last heartbeat */
            output?: {
                /** @enum {string} */
                stream: "stdout" | "stderr";
                text: string;
            }[];
            progress?: {
                percent?: number;
                message?: string;
            };
        };
        Hook: {
            hookId: string;
            name: string | null;
            /** @enum {string} */
            status: "active" | "paused";
            workflow: string;
            version?: number;
            on: {
                webhook?: {
                    secret?: string;
                    idempotency?: string;
                };
                events?: {
                    types: ("session.started" | "session.waiting" | "session.paused" | "session.resumed" | "session.completed" | "session.failed" | "session.cancelled")[];
                    workflow?: string;
                    labels?: {
                        [key: string]: string;
                    };
                };
            };
            /** @description How many sessions it has started */
            runs: number;
            /** Format: date-time */
            createdAt: string;
            inputs: {
                [key: string]: unknown;
            };
            labels?: {
                [key: string]: string;
            };
            when?: string;
            /** @description Newest first, the last 50 */
            history: components["schemas"]["HookEntry"][];
            links: {
                self: string;
                /** @description Where it is called */
                trigger?: string;
                sessions: string;
            };
        };
        /** @description What to start, and what with. */
        HookBody: {
            /** @description What people see. */
            name?: string;
            workflow: string;
            /** @description Of the saved workflow. Default: the current one. */
            version?: number;
            /**
             * @description What makes each input: a CEL expression over `request` or `event`, or a text with {{ … }}.
             * @default {}
             */
            inputs?: {
                [key: string]: unknown;
            };
            /** @description Of its sessions, put over those of the workflow. */
            labels?: {
                [key: string]: string;
            };
            /** @description What fires it: calls from outside, or events of sessions. */
            on: {
                webhook?: {
                    /** @description The name of the secret SECRET_<name> that callers sign with. Default: they need a key. */
                    secret?: string;
                    /** @description An expression over `request`: calls for which it is the same start one session. */
                    idempotency?: string;
                };
                events?: {
                    types: ("session.started" | "session.waiting" | "session.paused" | "session.resumed" | "session.completed" | "session.failed" | "session.cancelled")[];
                    /** @description Sessions of this saved workflow only. */
                    workflow?: string;
                    /** @description Sessions that have all of these labels only. */
                    labels?: {
                        [key: string]: string;
                    };
                };
            };
            /** @description A CEL expression over `request` or `event`: nothing is started where it is false. */
            when?: string;
            /** @description Whether nothing is to fire. Default: false for a new one, else as it is. */
            paused?: boolean;
        };
        HookEntry: {
            /**
             * Format: date-time
             * @description When it was called, or when the event happened; the first of several
             */
            at: string;
            /**
             * Format: date-time
             * @description The last of several
             */
            lastAt?: string;
            /** @description Of how many in a row; absent: of one */
            count?: number;
            /** @enum {string} */
            kind: "fired" | "skipped" | "failed" | "refused";
            /** @description The session that was started */
            sessionId?: string;
            /** @description The event it was about, the last of several */
            event?: {
                sessionId: string;
                seq: number;
            };
            message?: string;
        };
        HookListing: {
            hookId: string;
            name: string | null;
            /** @enum {string} */
            status: "active" | "paused";
            workflow: string;
            version?: number;
            on: {
                webhook?: {
                    secret?: string;
                    idempotency?: string;
                };
                events?: {
                    types: ("session.started" | "session.waiting" | "session.paused" | "session.resumed" | "session.completed" | "session.failed" | "session.cancelled")[];
                    workflow?: string;
                    labels?: {
                        [key: string]: string;
                    };
                };
            };
            /** @description How many sessions it has started */
            runs: number;
            /** Format: date-time */
            createdAt: string;
            /** @description What it did last */
            last: components["schemas"]["HookEntry"] | null;
        };
        InboxItem: {
            interactionId: string;
            sessionId: string;
            stepId: string;
            attempt: number;
            /**
             * @description client: whoever drives the session asks for it; worker: whoever serves the queue claims it; approval: a person decides; signal: it waits for a signal; escalation: a person says what becomes of a step that failed
             * @enum {string}
             */
            kind: "client" | "worker" | "approval" | "signal" | "escalation";
            /** @description What a person is asked */
            prompt?: string;
            /** @description Who may answer: names of keys, or of people that the holder of a key names */
            approvers?: string[];
            /**
             * @description What it means when nobody answers in time
             * @enum {string}
             */
            onTimeout?: "fail" | "approve" | "reject" | "escalate";
            /**
             * @description An approval does not complete the step: it goes on, with one more attempt that counts against nothing
             * @constant
             */
            resumes?: true;
            /** @description The name of the signal that it waits for */
            signal?: string;
            /** @description Why the step failed that a person is asked about */
            failure?: {
                code: string;
                message: string;
            };
            /** @description Who serves this queue may claim it, and nobody else */
            queue?: string;
            /** @description The JSON Schema that the output of a result must fit */
            resultSchema?: {
                [key: string]: unknown;
            };
            /** @description What a warning means: one of four words, or the expression that says which */
            onWarning?: string;
            /** @description How often it is asked for again after an error; absent where people are asked */
            triesLeft?: number;
            /** Format: date-time */
            askedAt: string;
            /** @description Who has claimed it */
            worker?: string;
            /**
             * Format: date-time
             * @description How long whoever has it may have it: a worker, until its next heartbeat; a client, until it is asked for no more
             */
            leaseUntil?: string;
            /**
             * Format: date-time
             * @description When it is asked for no more
             */
            expiresAt?: string;
            /** @description The beginning of what is to be done, as JSON */
            preview?: string;
            /** @description What the step is called, or its sentence */
            step?: string;
            session: {
                /** @description What people see of it */
                title: string;
                name: string | null;
                /** @description The saved workflow it was started from */
                workflow?: string;
                labels?: {
                    [key: string]: string;
                };
            };
        };
        Interaction: {
            interactionId: string;
            sessionId: string;
            stepId: string;
            attempt: number;
            /**
             * @description client: whoever drives the session asks for it; worker: whoever serves the queue claims it; approval: a person decides; signal: it waits for a signal; escalation: a person says what becomes of a step that failed
             * @enum {string}
             */
            kind: "client" | "worker" | "approval" | "signal" | "escalation";
            /** @description What a person is asked */
            prompt?: string;
            /** @description Who may answer: names of keys, or of people that the holder of a key names */
            approvers?: string[];
            /**
             * @description What it means when nobody answers in time
             * @enum {string}
             */
            onTimeout?: "fail" | "approve" | "reject" | "escalate";
            /**
             * @description An approval does not complete the step: it goes on, with one more attempt that counts against nothing
             * @constant
             */
            resumes?: true;
            /** @description The name of the signal that it waits for */
            signal?: string;
            /** @description Why the step failed that a person is asked about */
            failure?: {
                code: string;
                message: string;
            };
            /** @description Who serves this queue may claim it, and nobody else */
            queue?: string;
            /** @description What is to be done; absent where people are asked */
            command?: unknown;
            /** @description The JSON Schema that the output of a result must fit */
            resultSchema?: {
                [key: string]: unknown;
            };
            /** @description What a warning means: one of four words, or the expression that says which */
            onWarning?: string;
            /** @description How often it is asked for again after an error; absent where people are asked */
            triesLeft?: number;
            /** Format: date-time */
            askedAt: string;
            /** @description Who has claimed it */
            worker?: string;
            /**
             * Format: date-time
             * @description How long whoever has it may have it: a worker, until its next heartbeat; a client, until it is asked for no more
             */
            leaseUntil?: string;
            /**
             * Format: date-time
             * @description When it is asked for no more
             */
            expiresAt?: string;
        };
        InteractionAnsweredEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "interaction.answered";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /**
                 * @description What came of work, or a signal
                 * @enum {string}
                 */
                status?: "ok" | "warning" | "error";
                /**
                 * @description What a person decided
                 * @enum {string}
                 */
                decision?: "approve" | "reject" | "push_back" | "retry" | "skip" | "complete" | "fail";
                /** @description What they say about it */
                note?: string;
                /** @description Where a push back goes on from */
                toStep?: string;
                /** @description The signal that answered it */
                signalId?: string;
                output?: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
                error?: {
                    code?: string;
                    message: string;
                };
                /** @description Who had claimed it */
                worker?: string;
                /** @description Who it was, or whose key it came with */
                actor?: string;
                interactionId: string;
                /** @description Of the answer as it came: the same one again changes nothing */
                digest: string;
            };
        };
        InteractionClaimedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "interaction.claimed";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                interactionId: string;
                worker: string;
                /** @description 1 for the first, and one more each time it is claimed */
                claim: number;
            };
        };
        InteractionCreatedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "interaction.created";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /**
                 * @description client: whoever drives the session asks for it; worker: whoever serves the queue claims it; approval: a person decides; signal: it waits for a signal; escalation: a person says what becomes of a step that failed
                 * @enum {string}
                 */
                kind: "client" | "worker" | "approval" | "signal" | "escalation";
                /** @description What a person is asked */
                prompt?: string;
                /** @description Who may answer: names of keys, or of people that the holder of a key names */
                approvers?: string[];
                /**
                 * @description What it means when nobody answers in time
                 * @enum {string}
                 */
                onTimeout?: "fail" | "approve" | "reject" | "escalate";
                /**
                 * @description An approval does not complete the step: it goes on, with one more attempt that counts against nothing
                 * @constant
                 */
                resumes?: true;
                /** @description The name of the signal that it waits for */
                signal?: string;
                /** @description Why the step failed that a person is asked about */
                failure?: {
                    code: string;
                    message: string;
                };
                /** @description Who serves this queue may claim it, and nobody else */
                queue?: string;
                /** @description What is to be done */
                command?: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
                /** @description The JSON Schema that the output of a result must fit */
                resultSchema?: {
                    [key: string]: unknown;
                };
                /** @description What a warning means: one of four words, or the expression that says which */
                onWarning?: string;
                interactionId: string;
            };
        };
        InteractionExpiredEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "interaction.expired";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                interactionId: string;
            };
        };
        InteractionProgress: {
            /** @description How far it is */
            percent?: number;
            /** @description What is being done */
            message?: string;
            /** @description What the work has written since the last report */
            output?: {
                /** @enum {string} */
                stream: "stdout" | "stderr";
                text: string;
            }[];
            /** @description Who has claimed it, for what a queue asks for */
            workerId?: string;
        };
        InteractionReleasedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "interaction.released";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                interactionId: string;
                worker: string;
                claim: number;
                /**
                 * @description lease_lost: the worker fell silent; returned: it gave it back; paused: its session was paused
                 * @enum {string}
                 */
                reason: "lease_lost" | "returned" | "paused";
            };
        };
        InteractionResult: {
            /**
             * @description ok: the step completes; warning: onWarning decides; error: it is tried again, or fails
             * @enum {string}
             */
            status: "ok" | "warning" | "error";
            output?: unknown;
            /** @description What went wrong, or what the warning is about */
            error?: {
                code?: string;
                message: string;
            };
            /** @description Who has claimed it, for what a queue asks for */
            workerId?: string;
        };
        Key: {
            keyId: string;
            name: string;
            tenant: string;
            scopes: ("read" | "run" | "control" | "answer" | "work" | "admin")[];
            /** @description What `work` is limited to; absent where it is not */
            queues?: string[];
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            /** @description The last characters of its secret */
            hint: string;
            /** Format: date-time */
            createdAt: string;
            /** @description The key that it was made with */
            createdBy: string | null;
            expiresAt: string | null;
            /** @description To the minute */
            lastUsedAt: string | null;
            revokedAt: string | null;
            /** @description How long a secret works that was replaced */
            overlapUntil: string | null;
        };
        /** @description Whom to let in, and to what. */
        KeyBody: {
            /** @description What people see, also in the audit log. */
            name: string;
            /** @description What it is good for; admin includes the others. */
            scopes: ("read" | "run" | "control" | "answer" | "work" | "admin")[];
            /** @description The queues that work is limited to. Default: all. */
            queues?: string[];
            /** @description Whose it is, for operators. Default: that of the key it is made with. */
            tenant?: string;
            /**
             * Format: date-time
             * @description When it stops working.
             */
            expiresAt?: string;
            /**
             * @description The same, from now on. Default: never.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            expiresIn?: string;
        };
        KeyRotation: {
            /**
             * @description How long the secret works that it had, up to 30d. Default: no longer.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            overlap?: string;
        } | null;
        Link: {
            /** @description Of this service; whoever opens it may answer, without a key */
            url: string;
            /** Format: date-time */
            expiresAt: string;
        };
        LinkBody: {
            /** @description The person it is for. Default: the name of the key */
            actor?: string;
            /**
             * @description Up to 90d. Default: 7d.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            expiresIn?: string;
        } | null;
        LinkedDecision: {
            /**
             * @description Of an approval: approve, reject or push_back; of an escalation: retry, skip, complete or fail
             * @enum {string}
             */
            decision: "approve" | "reject" | "push_back" | "retry" | "skip" | "complete" | "fail";
            /** @description What goes with approve, or the output of a step that is completed */
            output?: unknown;
            /** @description Where push_back goes back to. Default: the one step before the approval. */
            toStep?: string;
            /** @description What is to be said about it */
            note?: string;
        };
        MadeKey: {
            keyId: string;
            name: string;
            tenant: string;
            scopes: ("read" | "run" | "control" | "answer" | "work" | "admin")[];
            /** @description What `work` is limited to; absent where it is not */
            queues?: string[];
            /** @enum {string} */
            status: "active" | "expired" | "revoked";
            /** @description The last characters of its secret */
            hint: string;
            /** Format: date-time */
            createdAt: string;
            /** @description The key that it was made with */
            createdBy: string | null;
            expiresAt: string | null;
            /** @description To the minute */
            lastUsedAt: string | null;
            revokedAt: string | null;
            /** @description How long a secret works that was replaced */
            overlapUntil: string | null;
            /** @description Shown this once */
            secret: string;
        };
        /** @description How a part of the service is, with its figures */
        ModuleHealth: {
            /**
             * @description degraded: it works less well than it should; failed: no new work is taken
             * @enum {string}
             */
            status: "ok" | "degraded" | "failed";
            detail?: string;
            /** @description Since the start: what it logged as an error, and failed checks */
            errors: number;
            /** Format: date-time */
            checkedAt: string;
        } & {
            [key: string]: string | number | boolean;
        };
        /** @description Whom to tell when the session has ended. */
        OnEnd: {
            webhook: {
                /** @description An http or https URL; it is called with POST. */
                url: string;
                /**
                 * @description Sent as they are, beside those of the service.
                 * @default {}
                 */
                headers?: {
                    [key: string]: string;
                };
                /** @description The name of the secret SECRET_<name> that signs the call. Default: no signature. */
                secret?: string;
                /**
                 * @description The ends that are told. Default: all.
                 * @default [
                 *       "completed",
                 *       "completed_with_errors",
                 *       "failed",
                 *       "cancelled"
                 *     ]
                 */
                on?: ("completed" | "completed_with_errors" | "failed" | "cancelled")[];
                /**
                 * @description steps: the outputs of the steps as well.
                 * @default summary
                 * @enum {string}
                 */
                include?: "summary" | "steps";
            };
        };
        PastAnswer: {
            interactionId: string;
            sessionId: string;
            stepId: string;
            /**
             * @description client: whoever drives the session asks for it; worker: whoever serves the queue claims it; approval: a person decides; signal: it waits for a signal; escalation: a person says what becomes of a step that failed
             * @enum {string}
             */
            kind: "client" | "worker" | "approval" | "signal" | "escalation";
            /**
             * @description What came of work, or a signal
             * @enum {string}
             */
            status?: "ok" | "warning" | "error";
            /**
             * @description What a person decided
             * @enum {string}
             */
            decision?: "approve" | "reject" | "push_back" | "retry" | "skip" | "complete" | "fail";
            /** @description Who it was, or whose key it came with */
            actor?: string;
            /** Format: date-time */
            askedAt: string;
            /** Format: date-time */
            answeredAt: string;
        };
        PastInteraction: {
            interactionId: string;
            stepId: string;
            attempt: number;
            /**
             * @description client: whoever drives the session asks for it; worker: whoever serves the queue claims it; approval: a person decides; signal: it waits for a signal; escalation: a person says what becomes of a step that failed
             * @enum {string}
             */
            kind: "client" | "worker" | "approval" | "signal" | "escalation";
            /** @description What a person is asked */
            prompt?: string;
            /** @description Who may answer: names of keys, or of people that the holder of a key names */
            approvers?: string[];
            /**
             * @description What it means when nobody answers in time
             * @enum {string}
             */
            onTimeout?: "fail" | "approve" | "reject" | "escalate";
            /**
             * @description An approval does not complete the step: it goes on, with one more attempt that counts against nothing
             * @constant
             */
            resumes?: true;
            /** @description The name of the signal that it waits for */
            signal?: string;
            /** @description Why the step failed that a person is asked about */
            failure?: {
                code: string;
                message: string;
            };
            /** @description Who serves this queue may claim it, and nobody else */
            queue?: string;
            /** @description What is to be done */
            command?: {
                /** @description Id; fetch it from /v1/artifacts/:id */
                artifact: string;
                bytes: number;
                preview: string;
            } | unknown;
            /** @description The JSON Schema that the output of a result must fit */
            resultSchema?: {
                [key: string]: unknown;
            };
            /** @description What a warning means: one of four words, or the expression that says which */
            onWarning?: string;
            /** @enum {string} */
            state: "pending" | "claimed" | "answered" | "expired" | "withdrawn";
            /** Format: date-time */
            askedAt: string;
            /** Format: date-time */
            endedAt?: string;
            claims: {
                worker: string;
                /** Format: date-time */
                at: string;
                /** Format: date-time */
                releasedAt?: string;
                /** @description Why it was released */
                reason?: string;
            }[];
            answer?: {
                /**
                 * @description What came of work, or a signal
                 * @enum {string}
                 */
                status?: "ok" | "warning" | "error";
                /**
                 * @description What a person decided
                 * @enum {string}
                 */
                decision?: "approve" | "reject" | "push_back" | "retry" | "skip" | "complete" | "fail";
                /** @description What they say about it */
                note?: string;
                /** @description Where a push back goes on from */
                toStep?: string;
                /** @description The signal that answered it */
                signalId?: string;
                output?: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
                error?: {
                    code?: string;
                    message: string;
                };
                /** @description Who had claimed it */
                worker?: string;
                /** @description Who it was, or whose key it came with */
                actor?: string;
            };
        };
        Plan: {
            name?: string;
            labels?: {
                [key: string]: string;
            };
            metadata?: {
                [key: string]: unknown;
            };
            inputs: {
                [key: string]: unknown;
            };
            /** @description What variables begin with; absent where there are none */
            vars?: {
                [key: string]: unknown;
            };
            groups?: {
                [key: string]: components["schemas"]["PlannedGroup"];
            };
            onFailure: string;
            onEnd?: {
                webhook: {
                    url: string;
                    headers: {
                        [key: string]: string;
                    };
                    /** @description Its name */
                    secret?: string;
                    on: string[];
                    include: string;
                };
            };
            concurrency?: components["schemas"]["Concurrency"];
            priority?: components["schemas"]["Priority"];
            browser?: components["schemas"]["BrowserOptions"];
            timeout: string;
            maxParallel: number;
            estimatedDuration: string;
            warnings: components["schemas"]["PlanWarning"][];
            steps: components["schemas"]["PlannedStep"][];
        };
        PlanWarning: {
            pointer: string;
            code: string;
            message: string;
        };
        PlannedGroup: {
            maxParallel?: number;
            waitForAll?: boolean;
            onFailure?: string;
            timeout?: string;
        };
        PlannedStep: {
            id: string;
            name?: string;
            uses: string;
            /** @description The sentence it was compiled from */
            text?: string;
            with: {
                [key: string]: unknown;
            };
            /** @description The element of the page it acts on, in words; for steps of the browser */
            target?: string;
            /**
             * @description Whether an AI decides: always; ifNotFound, where nothing on the page answers to its words and a connection is set; never
             * @enum {string}
             */
            ai: "never" | "ifNotFound" | "always";
            timeout: string;
            retry: {
                maxAttempts: number;
                backoff: string;
                delay: string;
                maxDelay: string;
                multiplier: number;
                jitter: boolean;
            };
            onInterrupted: string;
            /**
             * @description Whoever is asked has no limit; timeout is that of the asking
             * @constant
             */
            unlimited?: true;
            dependsOn: string[];
            when?: string;
            group?: string;
            /** @description Absent where its group’s or the plan’s holds */
            onFailure?: string;
            /** @description What takes back its effect */
            undo?: {
                uses: string;
                /** @description The sentence it was compiled from */
                text?: string;
                with: {
                    [key: string]: unknown;
                };
                /** @description The element of the page it acts on, in words; for steps of the browser */
                target?: string;
                /**
                 * @description Whether an AI decides: always; ifNotFound, where nothing on the page answers to its words and a connection is set; never
                 * @enum {string}
                 */
                ai: "never" | "ifNotFound" | "always";
                timeout: string;
                retry: {
                    maxAttempts: number;
                    backoff: string;
                    delay: string;
                    maxDelay: string;
                    multiplier: number;
                    jitter: boolean;
                };
                onInterrupted: string;
            };
            /**
             * @description It runs when all other steps have settled
             * @constant
             */
            finally?: true;
            /**
             * @description Its “when” asks how steps ended, so a failed parent does not skip it
             * @constant
             */
            tolerant?: true;
            /** @description The variables it sets */
            set?: {
                [key: string]: string;
            };
            /**
             * @description It begins only when somebody lets it
             * @constant
             */
            breakBefore?: true;
            /** @description It runs for each item of a list */
            forEach?: {
                items: string;
                maxParallel: number;
                maxFailures: number;
            };
            /** @description It is done again until a condition holds */
            repeat?: {
                until: string;
                delay: string;
                maxTimes: number;
            };
            branches?: {
                then: string[];
                else: string[];
            };
        };
        /** @description Of the sessions that wait, those with a higher priority begin first. Default: 0. */
        Priority: number;
        /** @description Of the sessions that wait, those with a higher priority begin first. Default: 0. */
        PriorityInput: number;
        /** @description Why a request was refused. Source: RFC 9457. */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @description Names this occurrence, also in the log of the service */
            id: string;
            /** @enum {string} */
            code: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
            /** @enum {string} */
            category: "validation" | "execution" | "integration" | "system" | "user";
            /** @enum {string} */
            severity: "low" | "medium" | "high" | "critical";
            retryable: boolean;
            /** @description Whether the session can go on, or be retried, once the cause is gone */
            recoverable: boolean;
            suggestedAction: string;
            requestId: string;
            faults?: {
                /** @description RFC 6901 pointer into the request body */
                pointer: string;
                /** @enum {string} */
                code: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
                message: string;
            }[];
        };
        /** @description Does the step again until a condition holds. */
        Repeat: {
            /** @description A CEL expression, which also reads the step’s own output. */
            until: string;
            /**
             * @description How long to wait between. Default: 1s.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            delay?: string;
            /** @description How often at the most, the first time included. Default: 10. */
            maxTimes?: number;
        };
        RetriedSessions: {
            /** @description retried and failed; with dryRun those that would be retried */
            matched: number;
            retried: number;
            /** @description Each with the session that goes on from it */
            sessions: {
                sessionId: string;
                retriedBy: string;
            }[];
            failed: {
                sessionId: string;
                code: string;
                message: string;
            }[];
            /** @description There may be others: call again with next as the cursor */
            more: boolean;
            next: string | null;
        };
        /** @description When and how often a failed step is tried again. */
        RetryPolicy: {
            /** @description How many tries, the first included. */
            maxAttempts?: number;
            /**
             * @description How the delay grows. Default: exponential.
             * @enum {string}
             */
            backoff?: "fixed" | "linear" | "exponential" | "random";
            /**
             * @description The first delay. Default: 1s.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            delay?: string;
            /**
             * @description The longest delay. Default: 30s, or the delay.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            maxDelay?: string;
            /** @description What an exponential delay grows by. Default: 2. */
            multiplier?: number;
            /** @description Whether delays vary at random. Default: true. */
            jitter?: boolean;
        };
        RetryRequest: {
            /** @description Values that replace those the session was started with, by name. */
            inputs?: {
                [key: string]: unknown;
            };
            /** @description Changes to steps that run again, by id. */
            steps?: {
                [key: string]: components["schemas"]["StepChange"];
            };
        };
        SavedWorkflow: {
            name: string;
            version: number;
            description: string | null;
            totalSteps: number;
            /** @description The version whose content it brought back */
            restoredFrom: number | null;
            /** Format: date-time */
            createdAt: string;
            /** @description The workflow as it was posted */
            definition: unknown;
            links: {
                self: string;
                versions: string;
                stats: string;
            };
        };
        Schedule: {
            scheduleId: string;
            name: string | null;
            /**
             * @description ended: no fire time is left
             * @enum {string}
             */
            status: "active" | "paused" | "ended";
            cron?: string;
            every?: string;
            at?: string;
            timeZone: string;
            /** Format: date-time */
            startsAt?: string;
            /** Format: date-time */
            endsAt?: string;
            maxRuns?: number;
            /** @enum {string} */
            overlap: "skip" | "queue" | "cancel_previous" | "allow";
            /** @description The next fire time */
            nextAt: string | null;
            /** @description How many sessions it has started, those by hand left out */
            runs: number;
            /** Format: date-time */
            createdAt: string;
            /** @description As it was posted */
            workflow: unknown;
            version?: number;
            inputs?: {
                [key: string]: unknown;
            };
            labels?: {
                [key: string]: string;
            };
            metadata?: {
                [key: string]: unknown;
            };
            catchUp: {
                max: number;
                within: string;
            };
            /**
             * Format: date-time
             * @description The fire time that waits for a session to end
             */
            waitingSince?: string;
            /** @description Newest first, the last 50 */
            history: components["schemas"]["ScheduleEntry"][];
            links: {
                self: string;
                next: string;
                sessions: string;
            };
        };
        /** @description When to start sessions, and of what. */
        ScheduleBody: {
            /** @description What people see. */
            name?: string;
            /** @description Five fields, or six with seconds first. One of cron, every and at is needed. */
            cron?: string;
            /**
             * @description An interval, 1s at least.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            every?: string;
            /** @description One time; without an offset a local one of the zone. */
            at?: string;
            /**
             * @description The IANA name of the zone that cron and a local time are read in.
             * @default UTC
             */
            timeZone?: string;
            /**
             * Format: date-time
             * @description Nothing fires before.
             */
            startsAt?: string;
            /**
             * Format: date-time
             * @description Nothing fires then or later.
             */
            endsAt?: string;
            /** @description How many sessions it starts in all. */
            maxRuns?: number;
            /**
             * @description When it fires and a session of it is unfinished. skip: nothing is started. queue: the start waits for the end, one at most. cancel_previous: what is unfinished is cancelled. allow: both run.
             * @default skip
             * @enum {string}
             */
            overlap?: "skip" | "queue" | "cancel_previous" | "allow";
            /**
             * @description Which of the times at which the service was not there are made up.
             * @default {
             *       "within": "1d"
             *     }
             */
            catchUp?: {
                /**
                 * @description So many, the latest.
                 * @default 1
                 */
                max?: number;
                /**
                 * @description Default: 1d.
                 * @example 500ms
                 * @example 30s
                 * @example 1h30m
                 */
                within?: string;
            };
            /** @description Whether nothing is to fire. Default: false for a new one, else as it is. */
            paused?: boolean;
            /** @description The name of a saved workflow, or a workflow, or a list of steps. */
            workflow: string | components["schemas"]["WorkflowDefinition"];
            /** @description Of the saved workflow. Default: the current one. */
            version?: number;
            inputs?: {
                [key: string]: unknown;
            };
            /** @description Of its sessions, put over those of the workflow. */
            labels?: {
                [key: string]: string;
            };
            /** @description Of its sessions, put over the workflow’s. */
            metadata?: {
                [key: string]: unknown;
            };
        };
        ScheduleEntry: {
            /**
             * Format: date-time
             * @description The fire time, the first of several
             */
            at: string;
            /**
             * Format: date-time
             * @description The last of several
             */
            lastAt?: string;
            /** @description Of how many fire times in a row; absent: of one */
            count?: number;
            /** @enum {string} */
            kind: "fired" | "caught_up" | "skipped" | "missed" | "failed";
            /**
             * Format: date-time
             * @description When its session was started
             */
            firedAt?: string;
            sessionId?: string;
            message?: string;
        };
        ScheduleListing: {
            scheduleId: string;
            name: string | null;
            /**
             * @description ended: no fire time is left
             * @enum {string}
             */
            status: "active" | "paused" | "ended";
            cron?: string;
            every?: string;
            at?: string;
            timeZone: string;
            /** Format: date-time */
            startsAt?: string;
            /** Format: date-time */
            endsAt?: string;
            maxRuns?: number;
            /** @enum {string} */
            overlap: "skip" | "queue" | "cancel_previous" | "allow";
            /** @description The next fire time */
            nextAt: string | null;
            /** @description How many sessions it has started, those by hand left out */
            runs: number;
            /** Format: date-time */
            createdAt: string;
            /** @description What it did last */
            last: components["schemas"]["ScheduleEntry"] | null;
        };
        ScreenshotCapturedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "screenshot.captured";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @description Id; fetch it from /v1/artifacts/:id */
                artifact: string;
                contentType: string;
                bytes: number;
                /** @description Of the page */
                url: string;
                /** @enum {string} */
                reason: "navigation" | "failure" | "each" | "requested";
                /** @description The command that it was taken after */
                commandId?: number;
                name?: string;
            };
        };
        /**
         * @description A step as a plain sentence.
         * @example Wait 2 seconds
         * @example GET https://example.com
         * @example Click the Sign in button
         */
        Sentence: string;
        Session: {
            sessionId: string;
            /** @enum {string} */
            status: "queued" | "running" | "waiting" | "paused" | "cancelling" | "rolling_back" | "completed" | "completed_with_errors" | "failed" | "cancelled";
            /** @description What people see of it: its name, that of its workflow, or what its steps begin with */
            title: string;
            name: string | null;
            /** @description The saved workflow it was started from */
            workflow?: {
                name: string;
                version: number;
            };
            /** @description Absent where there are none */
            labels?: {
                [key: string]: string;
            };
            metadata?: {
                [key: string]: unknown;
            };
            /** @description What started it, by its id; absent where somebody did */
            startedBy?: {
                batch?: string;
                schedule?: string;
                hook?: string;
                /** @description The parent: the session is one of its steps */
                session?: string;
            };
            onFailure: string;
            concurrency?: components["schemas"]["Concurrency"];
            priority?: components["schemas"]["Priority"];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            startedAt?: string;
            /** Format: date-time */
            endedAt?: string;
            /**
             * Format: date-time
             * @description When a timer brings it on
             */
            wakeAt?: string;
            /** @description The session that it goes on from */
            forkedFrom?: {
                sessionId: string;
                fromStep?: string;
            };
            correlationId: string;
            /** @description Absent where none is declared */
            variables?: {
                [key: string]: unknown;
            };
            counts: components["schemas"]["StepCounts"];
            percent: number;
            /** @description The first step failure */
            error?: {
                /** @description Names this occurrence; absent in logs from before it was */
                id?: string;
                /** @enum {string} */
                code: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
                message: string;
                /** @enum {string} */
                category: "validation" | "execution" | "integration" | "system" | "user";
                /** @enum {string} */
                severity: "low" | "medium" | "high" | "critical";
                retryable: boolean;
                /** @description Whether the session can go on, or be retried, once the cause is gone */
                recoverable?: boolean;
                suggestedAction: string;
                /** @description What led to it, the nearest first */
                causes?: {
                    code?: string;
                    message: string;
                }[];
                details?: {
                    [key: string]: unknown;
                };
            };
            steps: components["schemas"]["StepView"][];
            /** @description The seq of the first event that is kept and of the next to come */
            stream: {
                first: number;
                next: number;
                ended: boolean;
            };
            links: {
                self: string;
                events: string;
            };
        };
        SessionCancelledEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.cancelled";
            data: {
                reason?: string;
                durationMs: number;
                steps: {
                    total: number;
                    completed: number;
                    failed: number;
                    skipped: number;
                    cancelled: number;
                    /** @description Absent where none were */
                    undone?: number;
                };
            };
        };
        SessionCancellingEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.cancelling";
            data: {
                /**
                 * @description Why the running attempts are being stopped
                 * @enum {string}
                 */
                cause: "requested" | "failure" | "timeout" | "rollback" | "concurrency";
                reason?: string;
            };
        };
        SessionCompletedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.completed";
            data: {
                /** @enum {string} */
                status: "completed" | "completed_with_errors";
                durationMs: number;
                steps: {
                    total: number;
                    completed: number;
                    failed: number;
                    skipped: number;
                    cancelled: number;
                    /** @description Absent where none were */
                    undone?: number;
                };
            };
        };
        SessionCreatedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.created";
            data: {
                name?: string;
                totalSteps: number;
                onFailure: string;
                correlationId: string;
                labels?: {
                    [key: string]: string;
                };
                /** @description The session that it goes on from */
                forkedFrom?: {
                    sessionId: string;
                    fromStep?: string;
                };
            };
        };
        SessionFailedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.failed";
            data: {
                stepId?: string;
                error: {
                    /** @description Names this occurrence; absent in logs from before it was */
                    id?: string;
                    /** @enum {string} */
                    code: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
                    message: string;
                    /** @enum {string} */
                    category: "validation" | "execution" | "integration" | "system" | "user";
                    /** @enum {string} */
                    severity: "low" | "medium" | "high" | "critical";
                    retryable: boolean;
                    /** @description Whether the session can go on, or be retried, once the cause is gone */
                    recoverable?: boolean;
                    suggestedAction: string;
                    /** @description What led to it, the nearest first */
                    causes?: {
                        code?: string;
                        message: string;
                    }[];
                    details?: {
                        [key: string]: unknown;
                    };
                };
                durationMs: number;
                steps: {
                    total: number;
                    completed: number;
                    failed: number;
                    skipped: number;
                    cancelled: number;
                    /** @description Absent where none were */
                    undone?: number;
                };
            };
        };
        SessionFinalizingEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.finalizing";
            data: {
                /** @description The steps that run last, whatever happened */
                steps: string[];
            };
        };
        SessionListing: {
            sessionId: string;
            /** @enum {string} */
            status: "queued" | "running" | "waiting" | "paused" | "cancelling" | "rolling_back" | "completed" | "completed_with_errors" | "failed" | "cancelled";
            /** @description What people see of it: its name, that of its workflow, or what its steps begin with */
            title: string;
            name: string | null;
            /** @description The saved workflow it was started from */
            workflow?: {
                name: string;
                version: number;
            };
            /** @description Absent where there are none */
            labels?: {
                [key: string]: string;
            };
            /** @description What started it, by its id; absent where somebody did */
            startedBy?: {
                batch?: string;
                schedule?: string;
                hook?: string;
                /** @description The parent: the session is one of its steps */
                session?: string;
            };
            priority?: components["schemas"]["Priority"];
            totalSteps: number;
            /** Format: date-time */
            createdAt: string;
            endedAt: string | null;
            wakeAt: string | null;
        };
        SessionPausedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.paused";
            data: {
                reason?: string;
                /**
                 * @description Crashes cut a step off too often: a person has to take it up
                 * @constant
                 */
                setAside?: true;
            };
        };
        SessionPlan: {
            sessionId: string;
            /** @description What people see of it: its name, that of its workflow, or what its steps begin with */
            title: string;
            name: string | null;
            /** @description The saved workflow it was started from */
            workflow?: {
                name: string;
                version: number;
            };
            /** @description Absent where there are none */
            labels?: {
                [key: string]: string;
            };
            metadata?: {
                [key: string]: unknown;
            };
            /** @description What started it, by its id; absent where somebody did */
            startedBy?: {
                batch?: string;
                schedule?: string;
                hook?: string;
                /** @description The parent: the session is one of its steps */
                session?: string;
            };
            /** Format: date-time */
            createdAt: string;
            inputs: {
                [key: string]: unknown;
            };
            /** @description What variables begin with; absent where there are none */
            vars?: {
                [key: string]: unknown;
            };
            /** @description What holds for all steps of a group together; absent where the plan says nothing */
            groups?: {
                [key: string]: components["schemas"]["PlannedGroup"];
            };
            steps: components["schemas"]["PlannedStep"][];
        };
        SessionProgressEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.progress";
            data: {
                total: number;
                completed: number;
                failed: number;
                skipped: number;
                cancelled: number;
                /** @description Absent where none were */
                undone?: number;
                percent: number;
            };
        };
        SessionResumedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.resumed";
            data: {
                reason?: string;
            };
        };
        SessionRollingBackEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.rolling_back";
            data: {
                /** @enum {string} */
                cause: "failure" | "timeout" | "requested";
                /** @description The steps that have an undo and completed, in the order in which they are undone */
                steps: string[];
                reason?: string;
            };
        };
        SessionStartedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.started";
            data: Record<string, never>;
        };
        SessionStatus: {
            sessionId: string;
            /** @enum {string} */
            status: "queued" | "running" | "waiting" | "paused" | "cancelling" | "rolling_back" | "completed" | "completed_with_errors" | "failed" | "cancelled";
            counts: components["schemas"]["StepCounts"];
        };
        SessionWaitingEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "session.waiting";
            data: {
                /** Format: date-time */
                until?: string;
                steps: string[];
                /** @description Those of the steps that are paused */
                held?: string[];
                /** @description Those of the steps that wait for a person */
                escalated?: string[];
                /** @description It has not begun, because as many sessions of this key run as may */
                concurrency?: string;
            };
        };
        SessionsReport: {
            sessions: number;
            byStatus: {
                [key: string]: number;
            };
            /** @description The share of those that ended that is completed, 0 to 1; null where none has ended */
            successRate: number | null;
            /** @description From creation to end, of those that completed, with errors or without */
            durationMs: {
                p50: number;
                p95: number;
                max: number;
            } | null;
            /** @description Whether that is all there are */
            isWhole: boolean;
            /** @description Hours or days in which sessions were created, the earliest first */
            periods: {
                sessions: number;
                byStatus: {
                    [key: string]: number;
                };
                /** @description The share of those that ended that is completed, 0 to 1; null where none has ended */
                successRate: number | null;
                /** @description From creation to end, of those that completed, with errors or without */
                durationMs: {
                    p50: number;
                    p95: number;
                    max: number;
                } | null;
                /** Format: date-time */
                from: string;
            }[];
            /** @description By saved workflow, else by name: the 100 with most sessions */
            workflows: {
                sessions: number;
                byStatus: {
                    [key: string]: number;
                };
                /** @description The share of those that ended that is completed, 0 to 1; null where none has ended */
                successRate: number | null;
                /** @description From creation to end, of those that completed, with errors or without */
                durationMs: {
                    p50: number;
                    p95: number;
                    max: number;
                } | null;
                /** @description The saved workflow; null where it was posted whole */
                workflow: string | null;
                /** @description The name, of sessions that were posted whole */
                name: string | null;
            }[];
            /** @description Why sessions failed, the most frequent reason first */
            failures: {
                /** @description How many failed sessions it looks at: the newest 200 */
                sessions: number;
                reasons: {
                    code: string;
                    sessions: number;
                    latest: {
                        sessionId: string;
                        stepId?: string;
                    };
                }[];
            };
        };
        SignIn: {
            /** @description Whether this service wants keys */
            needed: boolean;
            /** @description Absent for whoever has not signed in */
            who?: {
                /** @description Of the key */
                name: string;
                tenant: string;
                scopes: ("read" | "run" | "control" | "answer" | "work" | "admin")[];
                /** @description Whether it may see what belongs to all tenants */
                operator: boolean;
            };
        };
        SignInBody: {
            /** @description The secret of the key */
            key: string;
        };
        Signal: {
            /** @description What the step has as its output */
            payload?: unknown;
            /** @description The sender’s own: the same one again changes nothing. Default: Idempotency-Key */
            id?: string;
        } | null;
        SignalReceivedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "signal.received";
            data: {
                signalId: string;
                name: string;
                payload?: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
                /** @description Whose key it came with */
                actor?: string;
                /** @description Of the signal, where its sender gave the id: the same one again changes nothing */
                digest?: string;
            };
        };
        SignedIn: {
            /** @description Of the key */
            name: string;
            tenant: string;
            scopes: ("read" | "run" | "control" | "answer" | "work" | "admin")[];
            /** @description Whether it may see what belongs to all tenants */
            operator: boolean;
            /** Format: date-time */
            expiresAt: string;
        };
        StepCacheEntry: {
            entryId: string;
            /** @description The sentence or goal; variables are named, never their values */
            text: string;
            /** @description Where it begins: origin and path, `*` for an id in it */
            url: string;
            /** @description How many actions it comes to */
            actions: number;
            /** @description Found once, by its place only: used when it has been found the same way again */
            pending: boolean;
            /** @description How often it was done again and worked */
            hits: number;
            /** @description How often in a row it did not work; it goes after two */
            failures: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            lastUsedAt: string;
        };
        StepCancelledEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.cancelled";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @enum {string} */
                reason: "session_cancelled" | "session_failed";
                details?: {
                    [key: string]: unknown;
                };
            };
        };
        /** @description What replaces the step’s own, field by field. */
        StepChange: {
            /** @description What the executor gets; `{{ … }}` in any string is a CEL expression. */
            with?: {
                [key: string]: unknown;
            };
            /** @description A CEL expression; the step is skipped when it is false. */
            when?: string;
            retry?: components["schemas"]["RetryPolicy"];
            /**
             * @description The limit of one attempt.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            timeout?: string;
        };
        StepCompletedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.completed";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                output?: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
                /** @enum {string} */
                branch?: "then" | "else";
                durationMs: number;
            };
        };
        StepConcludingEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.concluding";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                output?: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
            };
        };
        StepContinuingEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.continuing";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @description What was answered, so that it goes on */
                interactionId?: string;
            };
        };
        StepCounts: {
            total: number;
            completed: number;
            failed: number;
            skipped: number;
            cancelled: number;
            /** @description Absent where none were */
            undone?: number;
        };
        /** @description What holds for a step that says nothing itself. */
        StepDefault: {
            /** @description What the executor gets; `{{ … }}` in any string is a CEL expression. */
            with?: {
                [key: string]: unknown;
            };
            retry?: components["schemas"]["RetryPolicy"];
            /**
             * @description The limit of one attempt.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            timeout?: string;
            /**
             * @description How long an attempt may tell nothing, neither output nor progress.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            idleTimeout?: string;
            /**
             * @description What its failure does to the session. Default: as its group’s or the workflow’s onFailure says.
             * @enum {string}
             */
            onFailure?: "fail_fast" | "continue" | "rollback" | "escalate";
            /**
             * @description What an attempt means whose outcome a crash left unknown. Default: retry if it is safe to repeat.
             * @enum {string}
             */
            onInterrupted?: "retry" | "fail" | "escalate";
        };
        StepExpandedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.expanded";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @description How many items it runs for; their ids are `step[0]` and so on */
                count: number;
                items: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
            };
        };
        StepFailedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.failed";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /**
                 * @description failed: the goal was not met; error: an exception or a limit
                 * @enum {string}
                 */
                kind: "failed" | "error";
                error: {
                    /** @description Names this occurrence; absent in logs from before it was */
                    id?: string;
                    /** @enum {string} */
                    code: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
                    message: string;
                    /** @enum {string} */
                    category: "validation" | "execution" | "integration" | "system" | "user";
                    /** @enum {string} */
                    severity: "low" | "medium" | "high" | "critical";
                    retryable: boolean;
                    /** @description Whether the session can go on, or be retried, once the cause is gone */
                    recoverable?: boolean;
                    suggestedAction: string;
                    /** @description What led to it, the nearest first */
                    causes?: {
                        code?: string;
                        message: string;
                    }[];
                    details?: {
                        [key: string]: unknown;
                    };
                };
                durationMs: number;
            };
        };
        StepHistory: {
            id: string;
            uses: string;
            text?: string;
            /** @description Why it was skipped */
            skipped?: string;
            /** @description It did not run here: what another session made of it */
            kept?: {
                sessionId: string;
                attempt: number;
                durationMs: number;
                output?: unknown;
            };
            /** @description What people made of it */
            resolutions?: {
                /** @enum {string} */
                action: "retry" | "skip" | "complete" | "fail";
                /** Format: date-time */
                at: string;
                actor?: string;
                reason?: string;
            }[];
            attempts: {
                attempt: number;
                /**
                 * @description It was to take back what the step did
                 * @constant
                 */
                undo?: true;
                /** Format: date-time */
                startedAt: string;
                /** Format: date-time */
                endedAt?: string;
                durationMs?: number;
                /** @enum {string} */
                result: "running" | "waiting" | "completed" | "failed" | "retried" | "cancelled" | "interrupted" | "undone" | "pushed_back" | "continued";
                /** @description The session that it started */
                child?: string;
                /** @description What it asked of somebody outside */
                interaction?: string;
                output?: unknown;
                error?: {
                    /** @description Names this occurrence; absent in logs from before it was */
                    id?: string;
                    /** @enum {string} */
                    code: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
                    message: string;
                    /** @enum {string} */
                    category: "validation" | "execution" | "integration" | "system" | "user";
                    /** @enum {string} */
                    severity: "low" | "medium" | "high" | "critical";
                    retryable: boolean;
                    /** @description Whether the session can go on, or be retried, once the cause is gone */
                    recoverable?: boolean;
                    suggestedAction: string;
                    /** @description What led to it, the nearest first */
                    causes?: {
                        code?: string;
                        message: string;
                    }[];
                    details?: {
                        [key: string]: unknown;
                    };
                };
            }[];
        };
        /** @description One unit of work: an executor and what it gets. */
        Step: {
            /** @description Unique in the workflow. Default: step1, step2, … */
            id?: string;
            /** @description What people see. */
            name?: string;
            /** @description The executor, one of GET /v1/executors. */
            uses: string;
            /** @description What the executor gets; `{{ … }}` in any string is a CEL expression. */
            with?: {
                [key: string]: unknown;
            };
            retry?: components["schemas"]["RetryPolicy"];
            /**
             * @description The limit of one attempt.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            timeout?: string;
            /**
             * @description What an attempt means whose outcome a crash left unknown. Default: retry if it is safe to repeat.
             * @enum {string}
             */
            onInterrupted?: "retry" | "fail" | "escalate";
            dependsOn?: string | string[];
            /** @description A CEL expression; the step is skipped when it is false. */
            when?: string;
            /** @description Steps in a row with the same group run side by side. */
            group?: string;
            /**
             * @description What its failure does to the session. Default: as its group’s or the workflow’s onFailure says.
             * @enum {string}
             */
            onFailure?: "fail_fast" | "continue" | "rollback" | "escalate";
            /**
             * @description How long an attempt may tell nothing, neither output nor progress.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            idleTimeout?: string;
            /** @description It begins only when somebody lets it, for a look at what is so far. */
            breakBefore?: boolean;
            forEach?: components["schemas"]["ForEach"];
            repeat?: components["schemas"]["Repeat"];
            /** @description It runs when all other steps have settled, however the session ends. */
            finally?: boolean;
            /** @description Variables it sets when it completes: a CEL expression for each name. */
            set?: {
                [key: string]: string;
            };
            /** @description What takes back its effect in a rollback. */
            undo?: components["schemas"]["Sentence"] | components["schemas"]["Undo"];
        };
        StepInterruptedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.interrupted";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @enum {string} */
                reason: "crash" | "shutdown";
            };
        };
        StepKeptEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.kept";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                output?: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
                /** @enum {string} */
                branch?: "then" | "else";
                durationMs: number;
                /** @description The session and the attempt that did the work */
                from: {
                    sessionId: string;
                    attempt: number;
                };
            };
        };
        StepOutputEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.output";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @enum {string} */
                stream: "stdout" | "stderr";
                text: string;
                truncated?: boolean;
            };
        };
        StepPausedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.paused";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                actor?: string;
                reason?: string;
            };
        };
        StepProgressEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.progress";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                percent?: number;
                message?: string;
            };
        };
        StepRepeatingEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.repeating";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @description How often it was done */
                times: number;
                output?: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
                delayMs: number;
                /** Format: date-time */
                resumeAt: string;
            };
        };
        StepResolvedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.resolved";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @enum {string} */
                action: "retry" | "skip" | "complete" | "fail";
                /** @description Who said so */
                actor?: string;
                reason?: string;
            };
        };
        StepResumedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.resumed";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                actor?: string;
                reason?: string;
            };
        };
        StepRetryingEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.retrying";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /**
                 * @description failed: the goal was not met; error: an exception or a limit
                 * @enum {string}
                 */
                kind: "failed" | "error";
                error: {
                    /** @description Names this occurrence; absent in logs from before it was */
                    id?: string;
                    /** @enum {string} */
                    code: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
                    message: string;
                    /** @enum {string} */
                    category: "validation" | "execution" | "integration" | "system" | "user";
                    /** @enum {string} */
                    severity: "low" | "medium" | "high" | "critical";
                    retryable: boolean;
                    /** @description Whether the session can go on, or be retried, once the cause is gone */
                    recoverable?: boolean;
                    suggestedAction: string;
                    /** @description What led to it, the nearest first */
                    causes?: {
                        code?: string;
                        message: string;
                    }[];
                    details?: {
                        [key: string]: unknown;
                    };
                };
                delayMs: number;
                /** Format: date-time */
                resumeAt: string;
            };
        };
        StepRewoundEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.rewound";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                toStep: string;
                /** @description All that are open again, this one included */
                steps: string[];
                /** @description What their expressions read as the output of this step */
                output: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
            };
        };
        StepSkippedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.skipped";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** @enum {string} */
                reason: "condition_false" | "branch_not_taken" | "dependency_failed" | "session_failed" | "resolved";
                /** @description The step it follows from */
                because?: string;
            };
        };
        StepStartedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.started";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                uses: string;
                text?: string;
            };
        };
        StepUndoFailedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.undo_failed";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /**
                 * @description failed: the goal was not met; error: an exception or a limit
                 * @enum {string}
                 */
                kind: "failed" | "error";
                error: {
                    /** @description Names this occurrence; absent in logs from before it was */
                    id?: string;
                    /** @enum {string} */
                    code: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
                    message: string;
                    /** @enum {string} */
                    category: "validation" | "execution" | "integration" | "system" | "user";
                    /** @enum {string} */
                    severity: "low" | "medium" | "high" | "critical";
                    retryable: boolean;
                    /** @description Whether the session can go on, or be retried, once the cause is gone */
                    recoverable?: boolean;
                    suggestedAction: string;
                    /** @description What led to it, the nearest first */
                    causes?: {
                        code?: string;
                        message: string;
                    }[];
                    details?: {
                        [key: string]: unknown;
                    };
                };
                durationMs: number;
            };
        };
        StepUndoingEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.undoing";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                uses: string;
                text?: string;
            };
        };
        StepUndoneEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.undone";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                output?: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
                durationMs: number;
            };
        };
        StepView: {
            id: string;
            uses: string;
            text?: string;
            /** @enum {string} */
            status: "pending" | "running" | "retrying" | "waiting" | "completed" | "failed" | "skipped" | "cancelled" | "undone";
            /** @description 0 before the first */
            attempt: number;
            dependsOn: string[];
            group?: string;
            when?: string;
            /**
             * @description Somebody keeps it from beginning
             * @constant
             */
            held?: true;
            /** Format: date-time */
            startedAt?: string;
            /** Format: date-time */
            endedAt?: string;
            /** Format: date-time */
            resumeAt?: string;
            /** @description The session that it started last */
            child?: string;
            /** @description What it asks of somebody outside now */
            interaction?: string;
            /** @description The value, or { artifact, bytes, preview } for a large one */
            output?: unknown;
            /** @description The session and the attempt that did the work, if it was not this one */
            keptFrom?: {
                sessionId: string;
                attempt: number;
            };
            error?: {
                /** @description Names this occurrence; absent in logs from before it was */
                id?: string;
                /** @enum {string} */
                code: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
                message: string;
                /** @enum {string} */
                category: "validation" | "execution" | "integration" | "system" | "user";
                /** @enum {string} */
                severity: "low" | "medium" | "high" | "critical";
                retryable: boolean;
                /** @description Whether the session can go on, or be retried, once the cause is gone */
                recoverable?: boolean;
                suggestedAction: string;
                /** @description What led to it, the nearest first */
                causes?: {
                    code?: string;
                    message: string;
                }[];
                details?: {
                    [key: string]: unknown;
                };
            };
            /** @description Why it could not be undone */
            undoError?: {
                /** @description Names this occurrence; absent in logs from before it was */
                id?: string;
                /** @enum {string} */
                code: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
                message: string;
                /** @enum {string} */
                category: "validation" | "execution" | "integration" | "system" | "user";
                /** @enum {string} */
                severity: "low" | "medium" | "high" | "critical";
                retryable: boolean;
                /** @description Whether the session can go on, or be retried, once the cause is gone */
                recoverable?: boolean;
                suggestedAction: string;
                /** @description What led to it, the nearest first */
                causes?: {
                    code?: string;
                    message: string;
                }[];
                details?: {
                    [key: string]: unknown;
                };
            };
        };
        StepWaitingEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "step.waiting";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                /** Format: date-time */
                until?: string;
                /** @description Whose end it waits for; it fails when that does not come by `until` */
                awaits?: {
                    /**
                     * @description session: one that the step has started, a child of this one; interaction: what somebody outside is asked for
                     * @enum {string}
                     */
                    kind: "session" | "interaction";
                    id: string;
                };
                /**
                 * @description The session that it waits for waits for people: its time stands still meanwhile
                 * @constant
                 */
                forPeople?: true;
                output?: {
                    /** @description Id; fetch it from /v1/artifacts/:id */
                    artifact: string;
                    bytes: number;
                    preview: string;
                } | unknown;
                /** @description It failed, and a person has to say what becomes of it */
                escalated?: {
                    /**
                     * @description failed: the goal was not met; error: an exception or a limit
                     * @enum {string}
                     */
                    kind: "failed" | "error";
                    error: {
                        /** @description Names this occurrence; absent in logs from before it was */
                        id?: string;
                        /** @enum {string} */
                        code: "MALFORMED_JSON" | "MALFORMED_YAML" | "EMPTY_BODY" | "UNSUPPORTED_MEDIA_TYPE" | "BODY_TOO_LARGE" | "WRONG_TYPE" | "INVALID_VALUE" | "MISSING_FIELD" | "UNKNOWN_FIELD" | "NO_STEPS" | "TOO_MANY_STEPS" | "STRING_TOO_LONG" | "INVALID_CHARACTERS" | "NESTED_TOO_DEEP" | "DUPLICATE_STEP_ID" | "UNKNOWN_STEP" | "DEPENDENCY_CYCLE" | "TIMEOUT_HIERARCHY" | "DURATION_WITHOUT_UNIT" | "INVALID_DURATION" | "INVALID_EXPRESSION" | "UNKNOWN_EXECUTOR" | "UNREADABLE_SENTENCE" | "COMMAND_NOT_ALLOWED" | "UNKNOWN_SECRET" | "INVALID_INPUTS" | "INVALID_QUERY" | "INVALID_CURSOR" | "INVALID_HEADER" | "NOT_ACCEPTABLE" | "ROUTE_NOT_FOUND" | "METHOD_NOT_ALLOWED" | "SESSION_NOT_FOUND" | "STEP_NOT_FOUND" | "WORKFLOW_NOT_FOUND" | "SCHEDULE_NOT_FOUND" | "TOO_MANY_SCHEDULES" | "BATCH_NOT_FOUND" | "BATCH_ENDED" | "BATCH_NOT_ENDED" | "TOO_MANY_BATCHES" | "HOOK_NOT_FOUND" | "TOO_MANY_HOOKS" | "HOOK_PAUSED" | "INVALID_SIGNATURE" | "DELIVERY_NOT_FOUND" | "ARTIFACT_NOT_FOUND" | "SESSION_ENDED" | "INTERACTION_NOT_FOUND" | "INTERACTION_OVER" | "INTERACTION_ANSWERED" | "INTERACTION_MISMATCH" | "NOT_AN_APPROVER" | "LINK_NOT_FOUND" | "LINK_EXPIRED" | "SIGNAL_NOT_AWAITED" | "TOO_MANY_SIGNALS" | "INTERACTION_CLAIMED" | "INTERACTION_LOST" | "SESSION_NOT_ENDED" | "ILLEGAL_TRANSITION" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED" | "UNAUTHENTICATED" | "FORBIDDEN" | "CACHE_ENTRY_NOT_FOUND" | "KEY_NOT_FOUND" | "KEY_ENDED" | "TOO_MANY_KEYS" | "HOST_NOT_ALLOWED" | "ORIGIN_NOT_ALLOWED" | "RATE_LIMITED" | "CONCURRENCY_LIMIT" | "TOO_MANY_SESSIONS" | "STORAGE_UNAVAILABLE" | "SHUTTING_DOWN" | "INTERNAL" | "STEP_TIMEOUT" | "SESSION_TIMEOUT" | "REPEATS_USED_UP" | "ITEMS_FAILED" | "START_TIMEOUT" | "STEP_IDLE" | "GROUP_TIMEOUT" | "CLIENT_FAILED" | "CLIENT_WARNED" | "RESULT_REFUSED" | "APPROVAL_REJECTED" | "FAILED_BY_PERSON" | "INTERRUPTED" | "CANCELLED" | "ROLLED_BACK" | "CHILD_FAILED" | "CHILD_CANCELLED" | "CHILDREN_TOO_DEEP" | "EXPRESSION_FAILED" | "INVALID_STEP_INPUT" | "EXECUTOR_FAILED" | "OUTPUT_TOO_LARGE" | "NETWORK_ERROR" | "REQUEST_TIMEOUT" | "UNEXPECTED_STATUS" | "RESPONSE_TOO_LARGE" | "TOO_MANY_REDIRECTS" | "ADDRESS_REFUSED" | "AUTHENTICATION_FAILED" | "COMMAND_EXITED" | "COMMAND_KILLED" | "COMMAND_NOT_FOUND" | "NO_BROWSER" | "BROWSER_UNAVAILABLE" | "BROWSER_LOST" | "TARGET_NOT_FOUND" | "TARGET_AMBIGUOUS" | "TARGET_COVERED" | "TARGET_NOT_READY" | "PAGE_FAILED" | "ASSERTION_FAILED" | "ACTION_NOT_VERIFIED" | "SECRET_NOT_ALLOWED" | "FILE_REFUSED" | "AI_NEEDED" | "AI_UNAVAILABLE" | "AI_REFUSED" | "AI_ANSWER_INVALID" | "AI_LIMIT_REACHED" | "AI_GAVE_UP" | "AI_UNVERIFIED";
                        message: string;
                        /** @enum {string} */
                        category: "validation" | "execution" | "integration" | "system" | "user";
                        /** @enum {string} */
                        severity: "low" | "medium" | "high" | "critical";
                        retryable: boolean;
                        /** @description Whether the session can go on, or be retried, once the cause is gone */
                        recoverable?: boolean;
                        suggestedAction: string;
                        /** @description What led to it, the nearest first */
                        causes?: {
                            code?: string;
                            message: string;
                        }[];
                        details?: {
                            [key: string]: unknown;
                        };
                    };
                };
            };
        };
        StepsReport: {
            /** @description How many ended sessions it looks at */
            sessions: number;
            /** @description Whether that is all there are */
            isWhole: boolean;
            /** @description The 200 that took most time in all, the longest first */
            steps: {
                /** @description The saved workflow; null where it was posted whole */
                workflow: string | null;
                /** @description The name, of sessions that were posted whole */
                name: string | null;
                /** @description Its id; of sessions with neither, what it says */
                step: string;
                uses: string;
                /** @description How often; each item of a fan-out counts */
                completed: number;
                failed: number;
                skipped: number;
                /** @description Attempts beyond the first */
                retries: number;
                /** @description Of the last attempt, its waits included */
                durationMs: {
                    p50: number;
                    p95: number;
                    max: number;
                } | null;
                totalMs: number;
                /** @description Its part of the time of all steps, 0 to 1 */
                share: number;
            }[];
        };
        Ticket: {
            ticket: string;
            /** @description What an EventSource opens */
            url: string;
            /** Format: date-time */
            expiresAt: string;
        };
        TicketBody: {
            /**
             * @description Up to 24h. Default: 1h.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            expiresIn?: string;
        } | null;
        /** @description What takes back the effect of a step; its expressions also read the step’s output. */
        Undo: {
            /** @description The executor, one of GET /v1/executors. */
            uses: string;
            /** @description What the executor gets; `{{ … }}` in any string is a CEL expression. */
            with?: {
                [key: string]: unknown;
            };
            retry?: components["schemas"]["RetryPolicy"];
            /**
             * @description The limit of one attempt.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            timeout?: string;
            /**
             * @description What an attempt means whose outcome a crash left unknown. Default: retry if it is safe to repeat.
             * @enum {string}
             */
            onInterrupted?: "retry" | "fail" | "escalate";
        };
        VariableUpdatedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "variable.updated";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                name: string;
                value: unknown;
            };
        };
        WaitsFor: {
            /** @constant */
            kind: "step";
            stepId: string;
        } | {
            /** @constant */
            kind: "condition";
            when: string;
        } | {
            /** @constant */
            kind: "place";
        } | {
            /** @constant */
            kind: "items";
            open: number;
        } | {
            /** @constant */
            kind: "time";
            /** Format: date-time */
            at: string;
        } | {
            /** @constant */
            kind: "session";
            sessionId: string;
        } | {
            /** @constant */
            kind: "interaction";
            interactionId: string;
            /** @enum {string} */
            asks: "client" | "worker" | "approval" | "signal" | "escalation";
            /** @description Who may answer */
            readonly approvers?: string[];
            /** @description The name of the signal */
            signal?: string;
            queue?: string;
            /** @description Who has claimed it */
            worker?: string;
        } | {
            /** @constant */
            kind: "attempt";
            attempt: number;
        } | {
            /** @constant */
            kind: "person";
            stepId: string;
            /** @description By which they say what becomes of it */
            interactionId?: string;
        } | {
            /** @constant */
            kind: "turn";
        } | {
            /** @constant */
            kind: "resume";
            stepId?: string;
        };
        WarningIssuedEvent: {
            /** @description Its place in the log of the session, from 1 without holes */
            seq: number;
            /** Format: date-time */
            at: string;
            sessionId: string;
            /** @constant */
            type: "warning.issued";
            stepId?: string;
            /** @description From 1 */
            attempt?: number;
            data: {
                code: string;
                message: string;
            };
        };
        Worker: {
            workerId: string;
            /** @description Those it asked lately */
            queues: string[];
            /** Format: date-time */
            firstSeenAt: string;
            /**
             * Format: date-time
             * @description When it last asked for work, or kept what it has; to some 15 s
             */
            lastSeenAt: string;
            /** @description What it has taken and not answered */
            holds: {
                interactionId: string;
                sessionId: string;
                stepId: string;
                queue: string;
                /** Format: date-time */
                since: string;
                /** Format: date-time */
                leaseUntil: string;
            }[];
        };
        /** @description A workflow, a bare list of steps, or a workflow, or the name of a saved one, with the values of its inputs, labels and metadata. */
        WorkflowBody: components["schemas"]["Workflow"] | (components["schemas"]["Sentence"] | components["schemas"]["Step"])[] | {
            workflow: components["schemas"]["Workflow"] | (components["schemas"]["Sentence"] | components["schemas"]["Step"])[];
            inputs?: {
                [key: string]: unknown;
            };
            /** @description Put over those of the workflow, key by key. */
            labels?: {
                [key: string]: string;
            };
            /** @description Put over that of the workflow, field by field. */
            metadata?: {
                [key: string]: unknown;
            };
            /** @description In place of that of the workflow. */
            onEnd?: components["schemas"]["OnEnd"];
            /** @description In place of that of the workflow. */
            concurrency?: components["schemas"]["ConcurrencyInput"];
            /** @description In place of that of the workflow. */
            priority?: components["schemas"]["PriorityInput"];
        } | {
            /** @description The name of a saved workflow */
            workflow: string;
            /** @description Default: the current one. */
            version?: number;
            inputs?: {
                [key: string]: unknown;
            };
            /** @description Put over those of the workflow, key by key. */
            labels?: {
                [key: string]: string;
            };
            /** @description Put over that of the workflow, field by field. */
            metadata?: {
                [key: string]: unknown;
            };
            /** @description In place of that of the workflow. */
            onEnd?: components["schemas"]["OnEnd"];
            /** @description In place of that of the workflow. */
            concurrency?: components["schemas"]["ConcurrencyInput"];
            /** @description In place of that of the workflow. */
            priority?: components["schemas"]["PriorityInput"];
        };
        /** @description A workflow, or a bare list of steps. */
        WorkflowDefinition: components["schemas"]["Workflow"] | (components["schemas"]["Sentence"] | components["schemas"]["Step"])[];
        /** @description Steps plus defaults. */
        Workflow: {
            /** @description What people see. */
            name?: string;
            /** @description For readers of the workflow. */
            description?: string;
            /** @description The inputs the workflow takes: a JSON Schema for each name. */
            inputs?: {
                [key: string]: unknown;
            };
            /** @description The variables its steps set: a JSON Schema for each name, whose default is the first value. */
            vars?: {
                [key: string]: unknown;
            };
            /** @description What holds for the steps of a group together, by its name. */
            groups?: {
                [key: string]: components["schemas"]["Group"];
            };
            /** @description What holds for the steps of a kind that say nothing themselves, by executor. */
            stepDefaults?: {
                [key: string]: components["schemas"]["StepDefault"];
            };
            /** @description What sessions are found by: up to 20 texts by key. */
            labels?: {
                [key: string]: string;
            };
            /** @description Whatever the caller keeps with it, up to 16 KiB. */
            metadata?: {
                [key: string]: unknown;
            };
            onEnd?: components["schemas"]["OnEnd"];
            concurrency?: components["schemas"]["ConcurrencyInput"];
            priority?: components["schemas"]["PriorityInput"];
            /** @description The addresses of pages by their names, for sentences such as "Open the login page". */
            pages?: {
                [key: string]: string;
            };
            browser?: components["schemas"]["BrowserOptionsInput"];
            /**
             * @description What a failed step does to the session. fail_fast: ends it. continue: skips what depends on it. rollback: undoes what completed. escalate: waits for a person. Default: fail_fast.
             * @enum {string}
             */
            onFailure?: "fail_fast" | "continue" | "rollback" | "escalate";
            /** @description How often in a row a crash of the service may cut a step off before the session is set aside. Default: 5. */
            maxRecoveries?: number;
            /**
             * @description How long after it was posted a session must have its turn. Default: no limit.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            startBy?: string;
            /**
             * @description The limit of the session’s running time. Default: 30m, or twice the estimated duration.
             * @example 500ms
             * @example 30s
             * @example 1h30m
             */
            timeout?: string;
            /** @description How many steps run side by side. Default: 8. */
            maxParallel?: number;
            /** @description Sentences of its own: a Cucumber expression for each, and the steps that it stands for, where <1> is its first argument. */
            phrases?: {
                [key: string]: (components["schemas"]["Sentence"] | components["schemas"]["Step"])[];
            };
            steps: (components["schemas"]["Sentence"] | components["schemas"]["Step"])[];
        };
        WorkflowListing: {
            name: string;
            version: number;
            description: string | null;
            totalSteps: number;
            /** @description The version whose content it brought back */
            restoredFrom: number | null;
            /** @description How many versions it has */
            versions: number;
            /** Format: date-time */
            updatedAt: string;
        };
        WorkflowSaved: {
            name: string;
            version: number;
            warnings: components["schemas"]["PlanWarning"][];
            links: {
                self: string;
                versions: string;
                stats: string;
            };
        };
        WorkflowStats: {
            /** @description How many ended sessions it looks at: the last 1000 at most */
            sessions: number;
            byStatus: {
                [key: string]: number;
            };
            /** @description The share of them that is completed, 0 to 1; null where none has ended */
            successRate: number | null;
            /** @description From creation to end, of those that completed, with errors or without */
            durationMs: {
                p50: number;
                p95: number;
            } | null;
            /** @description How many failed, by the code of the error */
            failures: {
                [key: string]: number;
            };
        };
        WorkflowVersionListing: {
            name: string;
            version: number;
            description: string | null;
            totalSteps: number;
            /** @description The version whose content it brought back */
            restoredFrom: number | null;
            /** Format: date-time */
            createdAt: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listSessions: {
        parameters: {
            query?: {
                /** @description One or more statuses, separated by commas */
                status?: string | string[];
                name?: string;
                /** @description The name of a saved workflow */
                workflow?: string;
                /** @description `key:value`; given several times, up to 20, sessions must have all of them */
                label?: string | string[];
                /** @description Those started by a batch, by its id */
                batch?: string;
                /** @description Those started by a schedule, by its id */
                schedule?: string;
                /** @description Those started by a hook, by its id */
                hook?: string;
                /** @description Those started by a step of a session, by its id */
                parent?: string;
                createdAfter?: string;
                createdBefore?: string;
                /** @description Those that a restart of the service would take up, instead of a status */
                recoverable?: "true";
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sessions: components["schemas"]["SessionListing"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    };
                };
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 h: the same body gets the same answer */
                "idempotency-key"?: string;
                /** @description wait=N */
                prefer?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkflowBody"];
            };
        };
        responses: {
            /** @description The session has ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description The session is on disk and will run */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedSession"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description CONCURRENCY_LIMIT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description IDEMPOTENCY_KEY_REUSED */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED, TOO_MANY_SESSIONS */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description AI_UNAVAILABLE, SHUTTING_DOWN, STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: {
                /** @description Show it as it was after the event with this seq */
                atSeq?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description INVALID_QUERY */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone, with its events and artifacts */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_ENDED */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listArtifacts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The artifacts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        artifacts: {
                            id: string;
                            stepId: string | null;
                            name: string;
                            contentType: string;
                            bytes: number;
                            /** Format: date-time */
                            createdAt: string;
                            href: string;
                        }[];
                    };
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProgress: {
        parameters: {
            query?: {
                /** @description Show it as it was after the event with this seq */
                atSeq?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The progress */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutionProgress"];
                };
            };
            /** @description INVALID_QUERY */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSessionPlan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plan */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPlan"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSteps: {
        parameters: {
            query?: {
                /** @description Show it as it was after the event with this seq */
                atSeq?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each step with its attempts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        steps: components["schemas"]["StepHistory"][];
                    };
                };
            };
            /** @description INVALID_QUERY */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    explainSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A sentence for the session and one for each step */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Empty where nobody is to be told */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deliveries: components["schemas"]["Delivery"][];
                    };
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                deliveryId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The attempt follows at once */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND, DELIVERY_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forkSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 h: the same body gets the same answer */
                "idempotency-key"?: string;
                /** @description wait=N */
                prefer?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForkRequest"];
            };
        };
        responses: {
            /** @description The new session has ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description The new session is on disk and will run */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedSession"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND, ARTIFACT_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description IDEMPOTENCY_KEY_REUSED */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED, TOO_MANY_SESSIONS */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SHUTTING_DOWN, STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retrySession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 h: the same body gets the same answer */
                "idempotency-key"?: string;
                /** @description wait=N */
                prefer?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryRequest"] | null;
            };
        };
        responses: {
            /** @description The new session has ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description The new session is on disk and will run */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedSession"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description IDEMPOTENCY_KEY_REUSED */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED, TOO_MANY_SESSIONS */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SHUTTING_DOWN, STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description Why, for the log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                } | null;
            };
        };
        responses: {
            /** @description The command is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description Why, for the log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                } | null;
            };
        };
        responses: {
            /** @description The command is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description Why, for the log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                } | null;
            };
        };
        responses: {
            /** @description The command is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recoverSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description Why, for the log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                } | null;
            };
        };
        responses: {
            /** @description The command is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rollbackSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description Why, for the log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                } | null;
            };
        };
        responses: {
            /** @description The command is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description As of the list of sessions; those there is nothing to do about are left out */
                    filter: {
                        /** @description One or more statuses, separated by commas */
                        status?: string | string[];
                        name?: string;
                        /** @description The name of a saved workflow */
                        workflow?: string;
                        /** @description `key:value`; given several times, up to 20, sessions must have all of them */
                        label?: string | string[];
                        /** @description Those started by a batch, by its id */
                        batch?: string;
                        /** @description Those started by a schedule, by its id */
                        schedule?: string;
                        /** @description Those started by a hook, by its id */
                        hook?: string;
                        /** @description Those started by a step of a session, by its id */
                        parent?: string;
                        /** Format: date-time */
                        createdAfter?: string;
                        /** Format: date-time */
                        createdBefore?: string;
                    };
                    /**
                     * @description Needed with a filter that is empty
                     * @enum {boolean}
                     */
                    all?: true;
                    /**
                     * @description Counts and changes nothing
                     * @default false
                     */
                    dryRun?: boolean;
                    /**
                     * @description How many sessions one call looks at
                     * @default 500
                     */
                    limit?: number;
                    /** @description `next` of the call before */
                    cursor?: string;
                    /** @description Why, for the logs */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The commands are on disk */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelledSessions"];
                };
            };
            /** @description INVALID_VALUE, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retrySessions: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 h: no session is retried twice with the same key */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description As of the list of sessions; those there is nothing to do about are left out */
                    filter: {
                        /** @description One or more statuses, separated by commas */
                        status?: string | string[];
                        name?: string;
                        /** @description The name of a saved workflow */
                        workflow?: string;
                        /** @description `key:value`; given several times, up to 20, sessions must have all of them */
                        label?: string | string[];
                        /** @description Those started by a batch, by its id */
                        batch?: string;
                        /** @description Those started by a schedule, by its id */
                        schedule?: string;
                        /** @description Those started by a hook, by its id */
                        hook?: string;
                        /** @description Those started by a step of a session, by its id */
                        parent?: string;
                        /** Format: date-time */
                        createdAfter?: string;
                        /** Format: date-time */
                        createdBefore?: string;
                    };
                    /**
                     * @description Needed with a filter that is empty
                     * @enum {boolean}
                     */
                    all?: true;
                    /**
                     * @description Counts and changes nothing
                     * @default false
                     */
                    dryRun?: boolean;
                    /**
                     * @description How many sessions one call looks at
                     * @default 500
                     */
                    limit?: number;
                    /** @description `next` of the call before */
                    cursor?: string;
                    /** @description Why, for the audit log */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The new sessions are on disk and will run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetriedSessions"];
                };
            };
            /** @description INVALID_VALUE, INVALID_CURSOR, INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SHUTTING_DOWN, STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                stepId: string;
            };
            cookie?: never;
        };
        /** @description Who and why, for the log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                    /** @description Who says so. Default: the name of the key */
                    actor?: string;
                } | null;
            };
        };
        responses: {
            /** @description The decision is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND, STEP_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    skipStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                stepId: string;
            };
            cookie?: never;
        };
        /** @description Who and why, for the log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                    /** @description Who says so. Default: the name of the key */
                    actor?: string;
                } | null;
            };
        };
        responses: {
            /** @description The decision is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND, STEP_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                stepId: string;
            };
            cookie?: never;
        };
        /** @description Who and why, for the log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                    /** @description Who says so. Default: the name of the key */
                    actor?: string;
                    output?: unknown;
                } | null;
            };
        };
        responses: {
            /** @description The decision is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND, STEP_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    failStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                stepId: string;
            };
            cookie?: never;
        };
        /** @description Who and why, for the log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                    /** @description Who says so. Default: the name of the key */
                    actor?: string;
                } | null;
            };
        };
        responses: {
            /** @description The decision is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND, STEP_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                stepId: string;
            };
            cookie?: never;
        };
        /** @description Who and why, for the log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                    /** @description Who says so. Default: the name of the key */
                    actor?: string;
                } | null;
            };
        };
        responses: {
            /** @description The decision is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STEP_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeStep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                stepId: string;
            };
            cookie?: never;
        };
        /** @description Who and why, for the log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                    /** @description Who says so. Default: the name of the key */
                    actor?: string;
                } | null;
            };
        };
        responses: {
            /** @description The decision is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STEP_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    stepSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The decision is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionStatus"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    nextInteraction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description How many seconds to wait for it. Default: 0. */
                    wait?: number;
                } | null;
            };
        };
        responses: {
            /** @description What to do, the end, or what the session waits for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        interactionId: string;
                        sessionId: string;
                        stepId: string;
                        attempt: number;
                        /**
                         * @description client: whoever drives the session asks for it; worker: whoever serves the queue claims it; approval: a person decides; signal: it waits for a signal; escalation: a person says what becomes of a step that failed
                         * @enum {string}
                         */
                        kind: "client" | "worker" | "approval" | "signal" | "escalation";
                        /** @description What a person is asked */
                        prompt?: string;
                        /** @description Who may answer: names of keys, or of people that the holder of a key names */
                        approvers?: string[];
                        /**
                         * @description What it means when nobody answers in time
                         * @enum {string}
                         */
                        onTimeout?: "fail" | "approve" | "reject" | "escalate";
                        /**
                         * @description An approval does not complete the step: it goes on, with one more attempt that counts against nothing
                         * @enum {boolean}
                         */
                        resumes?: true;
                        /** @description The name of the signal that it waits for */
                        signal?: string;
                        /** @description Why the step failed that a person is asked about */
                        failure?: {
                            code: string;
                            message: string;
                        };
                        /** @description Who serves this queue may claim it, and nobody else */
                        queue?: string;
                        /** @description What is to be done; absent where people are asked */
                        command?: unknown;
                        /** @description The JSON Schema that the output of a result must fit */
                        resultSchema?: {
                            [key: string]: unknown;
                        };
                        /** @description What a warning means: one of four words, or the expression that says which */
                        onWarning?: string;
                        /** @description How often it is asked for again after an error; absent where people are asked */
                        triesLeft?: number;
                        /** Format: date-time */
                        askedAt: string;
                        /** @description Who has claimed it */
                        worker?: string;
                        /**
                         * Format: date-time
                         * @description How long whoever has it may have it: a worker, until its next heartbeat; a client, until it is asked for no more
                         */
                        leaseUntil?: string;
                        /**
                         * Format: date-time
                         * @description When it is asked for no more
                         */
                        expiresAt?: string;
                        /** @enum {boolean} */
                        done: false;
                        /** @enum {boolean} */
                        pending: true;
                    } | {
                        /** @enum {boolean} */
                        done: true;
                        /**
                         * @description How the session ended
                         * @enum {string}
                         */
                        status: "queued" | "running" | "waiting" | "paused" | "cancelling" | "rolling_back" | "completed" | "completed_with_errors" | "failed" | "cancelled";
                    } | {
                        /** @enum {boolean} */
                        done: false;
                        /** @enum {boolean} */
                        pending: false;
                        /** @enum {string} */
                        status: "queued" | "running" | "waiting" | "paused" | "cancelling" | "rolling_back" | "completed" | "completed_with_errors" | "failed" | "cancelled";
                        /** @description What the session waits for, in a sentence */
                        waitsFor: string;
                        /** @description Those that wait */
                        steps: {
                            id: string;
                            sentence: string;
                        }[];
                    };
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listInteractions: {
        parameters: {
            query?: {
                /** @description pending: asked for now, claimed or not; answered: what was, of sessions that are kept */
                state?: "pending" | "answered";
                /** @description One or more of client, worker, approval, signal, escalation, separated by commas */
                kind?: string;
                /** @description Those of a queue; pending ones only */
                queue?: string;
                sessionId?: string;
                /** @description The name of a saved workflow */
                workflow?: string;
                /** @description `key:value` of the session; given several times, it must have all of them */
                label?: string | string[];
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        interactions: components["schemas"]["InboxItem"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    } | {
                        interactions: components["schemas"]["PastAnswer"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    };
                };
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInteraction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is asked for now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Interaction"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_OVER */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSessionInteractions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the order in which they were asked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        interactions: components["schemas"]["PastInteraction"][];
                    };
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    decideInteraction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Decision"];
            };
        };
        responses: {
            /** @description The decision is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedDecision"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NOT_AN_APPROVER, FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_NOT_FOUND, STEP_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_OVER, INTERACTION_ANSWERED, INTERACTION_MISMATCH, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createLink: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkBody"];
            };
        };
        responses: {
            /** @description It is kept nowhere */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NOT_AN_APPROVER, FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_OVER, INTERACTION_MISMATCH */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    openLink: {
        parameters: {
            query?: {
                /** @description As the link has it */
                token?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is asked, with a form */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NOT_AN_APPROVER, FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LINK_NOT_FOUND, INTERACTION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_OVER, INTERACTION_ANSWERED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LINK_EXPIRED */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answerLink: {
        parameters: {
            query?: {
                /** @description As the link has it */
                token?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkedDecision"];
            };
        };
        responses: {
            /** @description The decision is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedDecision"];
                    "text/html": string;
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NOT_AN_APPROVER, FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LINK_NOT_FOUND, INTERACTION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_OVER, INTERACTION_ANSWERED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description LINK_EXPIRED */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signalSession: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string;
            };
            path: {
                id: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Signal"];
            };
        };
        responses: {
            /** @description The signal is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sessionId: string;
                        signalId: string;
                        name: string;
                    };
                };
            };
            /** @description INVALID_VALUE, INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_ENDED, SIGNAL_NOT_AWAITED */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description IDEMPOTENCY_KEY_REUSED */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TOO_MANY_SIGNALS */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    answerInteraction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InteractionResult"];
            };
        };
        responses: {
            /** @description The result is on disk */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        interactionId: string;
                        sessionId: string;
                        stepId: string;
                        /** @enum {string} */
                        status: "ok" | "warning" | "error";
                    };
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_OVER, INTERACTION_ANSWERED, INTERACTION_LOST */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportInteractionProgress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InteractionProgress"] | null;
            };
        };
        responses: {
            /** @description The report is on disk, and the work is still wanted */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        interactionId: string;
                        /**
                         * Format: date-time
                         * @description When it is asked for no more
                         */
                        leaseUntil?: string;
                    };
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_OVER, INTERACTION_LOST, INTERACTION_MISMATCH */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    claimInteractions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Claim"];
            };
        };
        responses: {
            /** @description What was taken; none when there was nothing in time */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        interactions: components["schemas"]["ClaimedInteraction"][];
                    };
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SHUTTING_DOWN, STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    heartbeat: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Heartbeat"];
            };
        };
        responses: {
            /** @description It is this worker’s still */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        interactionId: string;
                        /**
                         * Format: date-time
                         * @description How long it is kept now
                         */
                        leaseUntil: string;
                        /** @description Whether to stop: nobody wants the result any more */
                        cancel: boolean;
                        /**
                         * @description Why to stop
                         * @enum {string}
                         */
                        reason?: "cancelled" | "timeout" | "answered" | "withdrawn";
                    };
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_OVER, INTERACTION_LOST */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    releaseInteraction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description What the worker calls itself; no two that run at once should be called the same */
                    workerId: string;
                };
            };
        };
        responses: {
            /** @description It is in its queue again */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        interactionId: string;
                    };
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERACTION_OVER, INTERACTION_LOST */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkers: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        workers: components["schemas"]["Worker"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    };
                };
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    compilePlan: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkflowBody"];
            };
        };
        responses: {
            /** @description Every sentence as a typed step, every default filled in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The current version; its ETag is the version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedWorkflow"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    saveWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that must be current, or * for any */
                "if-match"?: string;
                /** @description *: there must be none yet */
                "if-none-match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkflowDefinition"];
            };
        };
        responses: {
            /** @description The current version has this content already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowSaved"];
                };
            };
            /** @description A new version */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowSaved"];
                };
            };
            /** @description INVALID_VALUE, INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PRECONDITION_FAILED */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that must be current, or * for any */
                "if-match"?: string;
                /** @description *: there must be none yet */
                "if-none-match"?: string;
            };
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone, and its name is free */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PRECONDITION_FAILED */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restoreWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that must be current, or * for any */
                "if-match"?: string;
                /** @description *: there must be none yet */
                "if-none-match"?: string;
            };
            path: {
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The current version has this content already */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowSaved"];
                };
            };
            /** @description A new version */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowSaved"];
                };
            };
            /** @description INVALID_HEADER, INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PRECONDITION_FAILED */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkflows: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        workflows: components["schemas"]["WorkflowListing"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    };
                };
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listWorkflowVersions: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        versions: components["schemas"]["WorkflowVersionListing"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    };
                };
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportSessions: {
        parameters: {
            query?: {
                /** @description One or more statuses, separated by commas */
                status?: string | string[];
                name?: string;
                /** @description The name of a saved workflow */
                workflow?: string;
                /** @description `key:value`; given several times, up to 20, sessions must have all of them */
                label?: string | string[];
                /** @description Those started by a batch, by its id */
                batch?: string;
                /** @description Those started by a schedule, by its id */
                schedule?: string;
                /** @description Those started by a hook, by its id */
                hook?: string;
                /** @description Those started by a step of a session, by its id */
                parent?: string;
                createdAfter?: string;
                createdBefore?: string;
                /** @description What sessions are counted by, in UTC */
                per?: "hour" | "day";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Of the newest 20,000 sessions that are found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionsReport"];
                };
            };
            /** @description INVALID_QUERY */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportSteps: {
        parameters: {
            query?: {
                /** @description One or more statuses, separated by commas */
                status?: string | string[];
                name?: string;
                /** @description The name of a saved workflow */
                workflow?: string;
                /** @description `key:value`; given several times, up to 20, sessions must have all of them */
                label?: string | string[];
                /** @description Those started by a batch, by its id */
                batch?: string;
                /** @description Those started by a schedule, by its id */
                schedule?: string;
                /** @description Those started by a hook, by its id */
                hook?: string;
                /** @description Those started by a step of a session, by its id */
                parent?: string;
                createdAfter?: string;
                createdBefore?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Of the newest 100 ended sessions that are found */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StepsReport"];
                };
            };
            /** @description INVALID_QUERY */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflowVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedWorkflow"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getWorkflowStats: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Of the sessions that are kept, whatever their version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkflowStats"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSchedules: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        schedules: components["schemas"]["ScheduleListing"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    };
                };
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleBody"];
            };
        };
        responses: {
            /** @description The schedule; its ETag is its revision */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TOO_MANY_SCHEDULES */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule; its ETag is its revision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SCHEDULE_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that must be current, or * for any */
                "if-match"?: string;
                /** @description *: there must be none yet */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleBody"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description INVALID_VALUE, INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SCHEDULE_NOT_FOUND, WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PRECONDITION_FAILED */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that must be current, or * for any */
                "if-match"?: string;
                /** @description *: there must be none yet */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SCHEDULE_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PRECONDITION_FAILED */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    nextTimes: {
        parameters: {
            query?: {
                count?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Earliest first; none where it is paused or has ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        times: string[];
                    };
                };
            };
            /** @description INVALID_QUERY */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SCHEDULE_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that must be current, or * for any */
                "if-match"?: string;
                /** @description *: there must be none yet */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now; repeating it changes nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SCHEDULE_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PRECONDITION_FAILED */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeSchedule: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that must be current, or * for any */
                "if-match"?: string;
                /** @description *: there must be none yet */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now; repeating it changes nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
            /** @description INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SCHEDULE_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PRECONDITION_FAILED */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    triggerSchedule: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string;
                prefer?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description The session is on disk and will run */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedSession"];
                };
            };
            /** @description INVALID_INPUTS */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SCHEDULE_NOT_FOUND, WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description IDEMPOTENCY_KEY_REUSED */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED, TOO_MANY_SESSIONS */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SHUTTING_DOWN, STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listBatches: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        batches: components["schemas"]["Batch"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    };
                };
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    startBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 h: the same request leads to the same batch */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchBody"];
            };
        };
        responses: {
            /** @description The batch is on disk, and its sessions will start */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedBatch"];
                };
            };
            /** @description INVALID_VALUE, INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TOO_MANY_BATCHES */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description IDEMPOTENCY_KEY_REUSED */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SHUTTING_DOWN, STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retryBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Kept for 24 h: the same request leads to the same batch */
                "idempotency-key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new batch; `retryOf` names the old one */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedBatch"];
                };
            };
            /** @description INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BATCH_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BATCH_NOT_ENDED, ILLEGAL_TRANSITION, TOO_MANY_BATCHES */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description IDEMPOTENCY_KEY_REUSED */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SHUTTING_DOWN, STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The batch */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BATCH_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BATCH_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BATCH_NOT_ENDED */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description Why, for the audit log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                } | null;
            };
        };
        responses: {
            /** @description The command is on disk, and the sessions will be told; repeating it changes nothing */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BATCH_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BATCH_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description Why, for the audit log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                } | null;
            };
        };
        responses: {
            /** @description The command is on disk, and the sessions will be told; repeating it changes nothing */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BATCH_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BATCH_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description Why, for the audit log */
        requestBody: {
            content: {
                "application/json": {
                    reason?: string;
                } | null;
            };
        };
        responses: {
            /** @description The command is on disk, and the sessions will be told; repeating it changes nothing */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BATCH_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BATCH_ENDED, ILLEGAL_TRANSITION */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listHooks: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        hooks: components["schemas"]["HookListing"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    };
                };
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createHook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HookBody"];
            };
        };
        responses: {
            /** @description The hook; its ETag is its revision */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hook"];
                };
            };
            /** @description INVALID_VALUE, INVALID_EXPRESSION, UNKNOWN_SECRET */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TOO_MANY_HOOKS */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The hook; its ETag is its revision */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hook"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description HOOK_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replaceHook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that must be current, or * for any */
                "if-match"?: string;
                /** @description *: there must be none yet */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HookBody"];
            };
        };
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hook"];
                };
            };
            /** @description INVALID_VALUE, INVALID_EXPRESSION, UNKNOWN_SECRET, INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description WORKFLOW_NOT_FOUND, HOOK_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PRECONDITION_FAILED */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeHook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that must be current, or * for any */
                "if-match"?: string;
                /** @description *: there must be none yet */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description HOOK_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PRECONDITION_FAILED */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseHook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that must be current, or * for any */
                "if-match"?: string;
                /** @description *: there must be none yet */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now; repeating it changes nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hook"];
                };
            };
            /** @description INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description HOOK_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PRECONDITION_FAILED */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeHook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the version that must be current, or * for any */
                "if-match"?: string;
                /** @description *: there must be none yet */
                "if-none-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now; repeating it changes nothing */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hook"];
                };
            };
            /** @description INVALID_HEADER */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description HOOK_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PRECONDITION_FAILED */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    triggerHook: {
        parameters: {
            query?: {
                /** @description Whose hook it is, for calls without a key. Default: `default`. */
                tenant?: string;
            };
            header?: {
                "webhook-id"?: string;
                "webhook-timestamp"?: string;
                "webhook-signature"?: string;
                "x-hub-signature-256"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description Whatever the expressions of the hook read, as JSON */
        requestBody: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description The session is on disk and will run */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sessionId: string;
                    };
                };
            };
            /** @description `when` was false: nothing was started */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_INPUTS, EXPRESSION_FAILED */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INVALID_SIGNATURE, UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description HOOK_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description HOOK_PAUSED */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED, TOO_MANY_SESSIONS */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SHUTTING_DOWN, STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description Whose, for operators. Default: their own. */
                tenant?: string;
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        keys: components["schemas"]["Key"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    };
                };
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyBody"];
            };
        };
        responses: {
            /** @description The key with its secret */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeKey"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description TOO_MANY_KEYS */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getKey: {
        parameters: {
            query?: {
                /** @description Whose, for operators. Default: their own. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key, without its secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            /** @description INVALID_QUERY */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KEY_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeKey: {
        parameters: {
            query?: {
                /** @description Whose, for operators. Default: their own. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is revoked; repeating it changes nothing */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_QUERY */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KEY_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rotateKey: {
        parameters: {
            query?: {
                /** @description Whose, for operators. Default: their own. */
                tenant?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyRotation"];
            };
        };
        responses: {
            /** @description The key with its new secret */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MadeKey"];
                };
            };
            /** @description INVALID_VALUE, INVALID_QUERY */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KEY_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description KEY_ENDED */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTicket: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketBody"];
            };
        };
        responses: {
            /** @description It is kept nowhere */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description As it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignIn"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInBody"];
            };
        };
        responses: {
            /** @description The cookie is set */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description INVALID_VALUE */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended, and the cookie is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ORIGIN_NOT_ALLOWED, FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listExecutors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The kinds of step there are */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        executors: {
                            name: string;
                            description: string;
                            /** @description JSON Schema of `with` */
                            input: {
                                [key: string]: unknown;
                            };
                        }[];
                    };
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getArtifact: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description ARTIFACT_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listStepCache: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["StepCacheEntry"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    };
                };
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    clearStepCache: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many entries there were */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        removed: number;
                    };
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeStepCacheEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description CACHE_ENTRY_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description What was done to a session or its steps, by its id */
                session?: string;
                /** @description Such as session.cancel */
                action?: string;
                /** @description The name or the id of a key, or the person it acted for */
                actor?: string;
                after?: string;
                before?: string;
                limit?: number;
                /** @description `next` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        entries: components["schemas"]["AuditEntry"][];
                        /** @description The cursor of the next page */
                        next: string | null;
                    };
                };
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok";
                    };
                };
            };
            /** @description Never, but for a wrong host */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: {
                verbose?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ready" | "unavailable" | "shutting_down";
                        store: {
                            writable: boolean;
                            detail?: string;
                        };
                        sessions: {
                            running: number;
                            queued: number;
                        };
                        /**
                         * @description With ?verbose: of the whole
                         * @enum {string}
                         */
                        health?: "ok" | "degraded" | "failed";
                        /** @description With ?verbose */
                        modules?: {
                            [key: string]: components["schemas"]["ModuleHealth"];
                        };
                    };
                };
            };
            /** @description Not now */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ready" | "unavailable" | "shutting_down";
                        store: {
                            writable: boolean;
                            detail?: string;
                        };
                        sessions: {
                            running: number;
                            queued: number;
                        };
                        /**
                         * @description With ?verbose: of the whole
                         * @enum {string}
                         */
                        health?: "ok" | "degraded" | "failed";
                        /** @description With ?verbose */
                        modules?: {
                            [key: string]: components["schemas"]["ModuleHealth"];
                        };
                    };
                };
            };
            /** @description Never, but for a wrong host */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus text format */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description No key, or a wrong host */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
        };
    };
    followSession: {
        parameters: {
            query?: {
                /** @description Where to go on, for clients that cannot send Last-Event-ID. */
                lastEventId?: string;
                /** @description Only these types: names or families such as step.*, separated by commas, 25 at most; with a - before it, all but these. */
                types?: string;
                /** @description JSON pages: the next of the page before. */
                after?: string;
                /** @description JSON pages: how many events, 1 to 5000, by default 100. */
                limit?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                    "text/plain": string;
                    "application/json": {
                        events: components["schemas"]["Event"][];
                        /** @description The after of the following page. */
                        next: number;
                        /** @description Whether there was nothing after this page when it was read. */
                        upToDate: boolean;
                        /** @description Whether the session has ended, or all that were named. */
                        ended: boolean;
                        /** @description The seq of the last event of the log when the page was read. */
                        last: number;
                    };
                };
            };
            /** @description The session has ended and the client has every event. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NOT_ACCEPTABLE */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SHUTTING_DOWN, STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followSessions: {
        parameters: {
            query?: {
                /** @description Session ids, separated by commas, 100 at most; nothing else can be given then. */
                sessions?: string | string[];
                name?: string;
                /** @description The name of a saved workflow */
                workflow?: string;
                /** @description `key:value`; given several times, up to 20, sessions must have all of them */
                label?: string | string[];
                /** @description Those started by a batch, by its id */
                batch?: string;
                /** @description Those started by a schedule, by its id */
                schedule?: string;
                /** @description Those started by a hook, by its id */
                hook?: string;
                /** @description Those started by a step of a session, by its id */
                parent?: string;
                /** @description Where to go on, for clients that cannot send Last-Event-ID. */
                lastEventId?: string;
                /** @description Only these types: names or families such as step.*, separated by commas, 25 at most; with a - before it, all but these. */
                types?: string;
                /** @description `latest`: only what is written from now on, unless a cursor is sent. JSON pages: the next of the page before. */
                after?: string;
                /** @description JSON pages: how many events, 1 to 5000, by default 100. */
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                    "application/json": {
                        events: components["schemas"]["Event"][];
                        /** @description The after of the following page. */
                        next: number;
                        /** @description Whether there was nothing after this page when it was read. */
                        upToDate: boolean;
                        /** @description Whether the session has ended, or all that were named. */
                        ended: boolean;
                    };
                };
            };
            /** @description All sessions named, or of the batch, have ended and the client has every event. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description INVALID_QUERY, INVALID_CURSOR */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description SESSION_NOT_FOUND, BATCH_NOT_FOUND */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NOT_ACCEPTABLE */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    followQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                queue: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description UNAUTHENTICATED */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description FORBIDDEN, HOST_NOT_ALLOWED */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description NOT_ACCEPTABLE */
            406: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description RATE_LIMITED */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description STORAGE_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
