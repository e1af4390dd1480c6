import type { Command } from 'commander'
import type { components } from '../client/index.ts'
import { oneLine } from '../session/line-text.ts'
import { type Field, fieldLines, plainFields } from './output/fields.ts'
import { addOutputOptions, outputOf } from './output/output.ts'
import { printJson, printList } from './output/print-list.ts'
import { styleOfStatus } from './output/status-style.ts'
import { type Column, plainLines, tableLines } from './output/table.ts'
import { fromNow } from './output/times.ts'
import { defineCreate } from './schedules/create.ts'
import { readCount, readId } from './service/arguments.ts'
import { addServiceOptions, calling } from './service/calling.ts'
import { forEachId } from './service/for-each-id.ts'
import { addPageOptions, type PageOptions, pages } from './service/pages.ts'
import { expectDone, unwrap } from './service/unwrap.ts'

type Schemas = components['schemas']
type Listed = Schemas['ScheduleListing']
type Schedule = Schemas['Schedule']

/** `stepstream schedules`: what starts sessions by the clock. */
export function defineSchedules(command: Command): void {
  defineLs(command.command('ls').description('Lists schedules, the newest first.'))
  defineGet(command.command('get').description('Shows a schedule, and what it did.'))
  defineCreate(command.command('create').description('Makes a schedule.'))
  defineAction(command, 'pause', 'Has schedules start nothing until they are resumed.')
  defineAction(command, 'resume', 'Has paused schedules go on.')
  defineTrigger(command.command('trigger').description('Starts a session of each schedule now.'))
  defineNext(command.command('next').description('Lists when a schedule fires next.'))
  defineRm(command.command('rm').description('Removes schedules; their sessions stay.'))
}

/** When it fires, as it was asked for. */
function whenOf({ cron, every, at }: Pick<Listed, 'cron' | 'every' | 'at'>): string {
  return cron ?? (every === undefined ? `at ${at}` : `every ${every}`)
}

const columns: readonly Column<Listed>[] = [
  { title: 'SCHEDULE', text: ({ scheduleId }) => scheduleId },
  { title: 'STATUS', text: ({ status }) => status, style: ({ status }) => styleOfStatus(status) },
  { title: 'NEXT', text: ({ nextAt }) => fromNow(nextAt), plain: ({ nextAt }) => nextAt },
  { title: 'RUNS', text: ({ runs }) => runs },
  { title: 'LAST', text: ({ last }) => last?.kind },
  { title: 'WHEN', text: whenOf },
  { title: 'ZONE', text: ({ timeZone }) => timeZone },
  { title: 'NAME', text: ({ name }) => name, gives: true },
]

function defineLs(command: Command): void {
  addOutputOptions(addServiceOptions(addPageOptions(command))).action(() =>
    calling<PageOptions>(command, ({ service, options }) => {
      const schedules = pages(options, async (query) => {
        const { schedules, next } = await unwrap(
          service.api.GET('/v1/schedules', { params: { query } }),
        )
        return { items: schedules, next }
      })
      return printList(outputOf(command), schedules, {
        columns,
        idOf: ({ scheduleId }) => scheduleId,
        none: 'No schedules. Make one with stepstream schedules create.',
      })
    }),
  )
}

function defineGet(command: Command): void {
  command.argument('<schedule>', 'the id of a schedule', readId)
  addOutputOptions(addServiceOptions(command)).action((id: string) =>
    calling(command, async ({ service }) => {
      const params = { path: { id } }
      const schedule = await unwrap(service.api.GET('/v1/schedules/{id}', { params }))
      const output = outputOf(command)
      if (output.form === 'json') return printJson(output, schedule)
      if (output.form === 'quiet') return output.write(`${oneLine(schedule.scheduleId)}\n`)
      const { history } = schedule
      const lines =
        output.form === 'lines'
          ? [
              ...plainFields(fieldsOf(schedule)),
              ...plainLines(history, [{ title: 'RECORD', text: () => 'fire' }, ...entryColumns]),
            ]
          : [
              ...fieldLines(fieldsOf(schedule), output),
              ...(history.length === 0 ? [] : ['', ...tableLines(history, entryColumns, output)]),
            ]
      output.write(`${lines.join('\n')}\n`)
    }),
  )
}

function fieldsOf(schedule: Schedule): Field[] {
  const { workflow, version, nextAt } = schedule
  return [
    ['schedule', schedule.scheduleId],
    ['name', oneLine(schedule.name ?? '')],
    ['status', schedule.status],
    ['when', whenOf(schedule)],
    ['zone', schedule.timeZone],
    ['next', nextAt && `${nextAt} (${fromNow(nextAt)})`],
    ['runs', schedule.runs],
    ['overlap', schedule.overlap],
    [
      'workflow',
      typeof workflow === 'string'
        ? oneLine(workflow) + (version === undefined ? '' : `@${version}`)
        : 'its own steps',
    ],
    ['starts', schedule.startsAt],
    ['ends', schedule.endsAt],
    ['waits since', schedule.waitingSince],
  ]
}

const entryColumns: readonly Column<Schemas['ScheduleEntry']>[] = [
  { title: 'AT', text: ({ at }) => at },
  { title: 'WHAT', text: ({ kind, count }) => (count === undefined ? kind : `${kind} ×${count}`) },
  { title: 'SESSION', text: ({ sessionId }) => sessionId },
  { title: 'ABOUT', text: ({ message }) => message, gives: true },
]

function defineAction(parent: Command, action: 'pause' | 'resume', description: string): void {
  const command = parent.command(action).description(description)
  addSeveral(command).action((ids: string[]) =>
    calling(command, ({ service }) =>
      forEachId(
        { command, ids, output: outputOf(command) },
        {
          run: (id) =>
            unwrap(service.api.POST(`/v1/schedules/{id}/${action}`, { params: { path: { id } } })),
          idOf: ({ scheduleId }) => scheduleId,
          aboutOf: ({ status }) => [status],
        },
      ),
    ),
  )
}

function defineTrigger(command: Command): void {
  addSeveral(command).action((ids: string[]) =>
    calling(command, ({ service }) =>
      forEachId(
        { command, ids, output: outputOf(command) },
        {
          run: (id) =>
            unwrap(service.api.POST('/v1/schedules/{id}/trigger', { params: { path: { id } } })),
          idOf: ({ sessionId }) => sessionId,
          aboutOf: ({ status }, id) => [status, id],
        },
      ),
    ),
  )
}

function defineNext(command: Command): void {
  command
    .argument('<schedule>', 'the id of a schedule', readId)
    .option('-n, --count <number>', 'how many times', readCount)
  addOutputOptions(addServiceOptions(command)).action((id: string) =>
    calling<{ count?: number }>(command, async ({ service, options: { count } }) => {
      const query = count === undefined ? {} : { query: { count } }
      const params = { path: { id }, ...query }
      const { times } = await unwrap(service.api.GET('/v1/schedules/{id}/next', { params }))
      await printList(outputOf(command), times, {
        columns: [
          { title: 'AT', text: (at) => at },
          { title: 'IN', text: (at) => fromNow(at) },
        ],
        idOf: (at) => at,
        none: 'It fires no more.',
      })
    }),
  )
}

function defineRm(command: Command): void {
  addSeveral(command).action((ids: string[]) =>
    calling(command, ({ service }) =>
      forEachId(
        { command, ids, output: outputOf(command) },
        {
          async run(id) {
            const params = { path: { id } }
            await expectDone(service.api.DELETE('/v1/schedules/{id}', { params }))
            return { scheduleId: id, removed: true }
          },
          idOf: ({ scheduleId }) => scheduleId,
          aboutOf: () => ['removed'],
        },
      ),
    ),
  )
}

function addSeveral(command: Command): Command {
  command.argument('<schedule...>', 'ids of schedules; - reads them from standard input')
  return addOutputOptions(addServiceOptions(command))
}
