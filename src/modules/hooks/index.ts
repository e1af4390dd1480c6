import type { FastifyBaseLogger } from 'fastify'
import { newHookId } from '../../ids.ts'
import type { Agenda } from '../agenda/types.ts'
import { answerCall, type CallOptions } from './answer-call.ts'
import { CURSOR_KIND, type CursorOptions, createCursors } from './cursor.ts'
import { type CheckOptions, checkDefinition } from './definition-faults.ts'
import { createFolder, type FolderOptions } from './folder.ts'
import { createJournal, type JournalOptions } from './journal.ts'
import { createListeners } from './listeners.ts'
import type { LookOptions } from './look.ts'
import { newRecord, replaced, withPaused } from './record.ts'
import type { HookRecord, Hooks } from './types.ts'
import { createWatch } from './watch.ts'

export interface HooksOptions
  extends Omit<CallOptions, 'folder' | 'journal'>,
    Pick<LookOptions, 'coordinator'>,
    Pick<JournalOptions, 'observe'> {
  readonly store: FolderOptions['store'] &
    CheckOptions['store'] &
    CursorOptions['store'] &
    LookOptions['store']
  readonly agenda: Pick<Agenda, 'on'>
  readonly log: Pick<FastifyBaseLogger, 'error'>
}

export function createHooks(options: HooksOptions): Hooks {
  const { agenda, clock } = options
  const folder = createFolder(options)
  const cursors = createCursors(options)
  const journal = createJournal({ ...options, folder })
  const listeners = createListeners({ folder, clock })
  const watch = createWatch({ ...options, cursors, listeners, journal })
  agenda.on(CURSOR_KIND, ({ tenant }) => watch.look(tenant))

  return {
    async create(tenant, { definition, paused = false }) {
      await checkDefinition(tenant, definition, options)
      const createdAt = clock.now()
      const id = newHookId(createdAt)
      const record = newRecord(definition, paused, createdAt)
      return heeded(tenant, record, () =>
        folder.add({ ...record, id, tenant, version: 0, createdAt }),
      )
    },
    async replace(key, hook) {
      const found = await folder.get(key)
      await checkDefinition(key.tenant, hook.definition, options)
      const change = () => folder.change(key, (current) => replaced(current, hook, clock.now()))
      const isEither = found.on.events ?? hook.definition.on.events
      return heeded(key.tenant, { on: { events: isEither } }, change)
    },
    async remove(key) {
      await heeded(key.tenant, await folder.get(key), () => folder.remove(key))
    },
    get: (tenant, id) => folder.get({ tenant, id }),
    list: (tenant, after, limit) => folder.list(tenant, after, limit),
    async setPaused(key, paused) {
      const change = () => folder.change(key, (found) => withPaused(found, paused, clock.now()))
      return heeded(key.tenant, await folder.get(key), change)
    },
    call: (tenant, id, call) => answerCall(tenant, id, call, { ...options, folder, journal }),
    publish: watch.publish,
    async stop() {
      await watch.stop()
      await journal.flush()
    },
  }

  /**
   * Makes a change of hooks known to all processes that keep a list of them. Before it as well: a
   * process that ends in between must not leave a hook that nobody looks after.
   */
  async function heeded<T>(
    tenant: string,
    { on }: Pick<HookRecord, 'on'>,
    change: () => Promise<T>,
  ): Promise<T> {
    if (on.events === undefined) return change()
    await cursors.touch(tenant)
    const changed = await change()
    await cursors.touch(tenant)
    watch.begin(tenant)
    return changed
  }
}
