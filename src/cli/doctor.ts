import type { Command } from 'commander'
import { oneLine } from '../session/line-text.ts'
import { checkAi } from './doctor/ai.ts'
import { checkChromium } from './doctor/chromium.ts'
import { checkDataFolder } from './doctor/data-folder.ts'
import type { Check, Finding, Health } from './doctor/finding.ts'
import { checkNode } from './doctor/node.ts'
import { checkPort } from './doctor/port.ts'
import { checkPostgres } from './doctor/postgres.ts'
import { checkService } from './doctor/service.ts'
import { readSettings } from './doctor/settings.ts'
import { jsonText } from './output/json-text.ts'
import { addOutputOptions, type Output, outputOf, type Style } from './output/output.ts'
import { addServiceOptions } from './service/calling.ts'
import { keyOf } from './service/options.ts'

/** `stepstream doctor`: looks at all that the service needs, and changes nothing. */
export function defineDoctor(command: Command): void {
  addOutputOptions(addServiceOptions(command)).action(async () => {
    const output = outputOf(command)
    const findings: Finding[] = []
    // Each has its own time to wait for, and they are told in their order.
    for (const check of checksOf(command).map((run) => run())) {
      for (const finding of [await check].flat()) {
        findings.push(finding)
        tell(output, finding)
      }
    }
    if (output.form === 'json') output.write(`${jsonText(findings)}\n`)
    if (findings.some(({ health }) => health === 'broken')) process.exitCode = 1
  })
}

function checksOf(command: Command): Check[] {
  const { url } = command.opts<{ url: string }>()
  const key = keyOf(command)
  const isNamed = command.getOptionValueSource('url') !== 'default'
  const { config, findings } = readSettings(process.env)
  const ofSettings: Check[] =
    config === undefined
      ? []
      : [
          () => checkPort(config, key),
          () => checkDataFolder(config.DATA_DIR),
          () => checkPostgres(config),
          () => checkChromium(config.CHROMIUM_PATH, process.env['PATH'] ?? ''),
          () => checkAi(config),
        ]
  return [
    async () => checkNode(process.version),
    async () => findings,
    ...ofSettings,
    () => checkService(url, key, isNamed),
  ]
}

const marks: Readonly<Record<Health, readonly [mark: string, style: Style]>> = {
  ok: ['✔', 'green'],
  warning: ['!', 'yellow'],
  broken: ['✖', 'red'],
  none: ['–', 'dim'],
}

function tell(output: Output, { check, health, detail, action }: Finding): void {
  const [mark, style] = marks[health]
  switch (output.form) {
    case 'table':
      output.write(`${output.paint(style, mark)} ${check}: ${oneLine(detail)}\n`)
      if (action !== undefined) output.write(`  ${output.paint('cyan', oneLine(action))}\n`)
      break
    case 'lines':
      output.write(`${[health, check, oneLine(detail), oneLine(action ?? '') || '-'].join('\t')}\n`)
      break
    case 'quiet':
      if (health === 'broken') output.write(`${check}\n`)
      break
    case 'json':
  }
}
