import { describe, expect, test } from 'vitest'
import { startService } from '../support/service.ts'
import { ended, start, until } from '../support/sessions.ts'
import { folderOf } from './support/program.ts'
import { hasTerminals, onTerminal } from './support/terminal.ts'

/** Held open until somebody lets it go on. */
const held = { steps: [{ id: 'gate', uses: 'signal', with: { name: 'go' } }, 'Wait 10 ms'] }

// Neither `script` nor Python: there is nothing to draw on.
describe.skipIf(!hasTerminals)('on a terminal', () => {
  test('run draws the steps, turns a spinner, and leaves the last picture with a summary', async () => {
    const code = 'console.log("first line"); setTimeout(() => console.log("second line"), 1500)'
    const cwd = await folderOf({
      'list.yaml': `
name: nightly
steps:
  - { id: work, uses: command, with: { run: [node, -e, ${JSON.stringify(code)}] } }
  - { id: never, when: "1 > 2", uses: wait, with: { for: 1s } }
  - Wait 10 ms
`,
    })
    const terminal = onTerminal(['run', 'list.yaml'], { cwd, env: { COMMANDS: 'node' } })
    await terminal.shows(/│ first line/)
    expect(terminal.lines().join('\n')).toMatch(/^nightly {2}running/m)
    expect(await terminal.ended()).toBe(0)
    const spinner = new Set(terminal.raw().match(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/g))
    expect(spinner.size).toBeGreaterThan(2)
    const picture = terminal.lines().join('\n')
    expect(picture).toMatch(/^✔ work {2}[\d.]+ s {2}node -e /m)
    expect(picture).toMatch(/^↷ never {2}its condition does not hold {2}wait$/m)
    expect(picture).toMatch(/^✔ step3 .*Wait 10 ms$/m)
    expect(picture).toMatch(/^█+ {2}100 % {2}3 of 3 steps$/m)
    expect(picture).toMatch(/^✔ completed in .* 2 of 3 steps completed {2}ses_\w+$/m)
    expect(picture).not.toMatch(/│/)
    // Of a picture that was drawn over nothing is left.
    expect(picture.match(/^nightly/gm)).toHaveLength(1)
    // The cursor is there again.
    expect(terminal.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThan(
      terminal.raw().lastIndexOf('\u001b[?25l'),
    )
  })

  test('no colour is written with NO_COLOR', async () => {
    const cwd = await folderOf({ 'list.txt': 'Wait 10 ms' })
    const terminal = onTerminal(['run', 'list.txt'], { cwd, env: { NO_COLOR: '1' } })
    expect(await terminal.ended()).toBe(0)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
    expect(terminal.raw()).not.toMatch(/\u001b\[\d+m/)
    expect(terminal.raw()).toContain('✔')
  })

  test('follow shows who is waited for, and how to answer', async () => {
    await using service = await startService()
    const step = { id: 'ok', uses: 'approval', with: { prompt: 'Deploy?' } }
    const sessionId = await start(service, { steps: [step] })
    const terminal = onTerminal(['follow', sessionId, '--url', service.url], {
      cwd: await folderOf(),
      columns: 120,
    })
    await terminal.shows(/^\? ok {2}waits/m)
    const picture = terminal.lines().join('\n')
    expect(picture).toMatch(/^ {2}Deploy\?$/m)
    const command = /stepstream answer (int_\w+) --url \S+ --approve, or --reject/.exec(picture)
    expect(command).not.toBeNull()
    await service.post(`/v1/interactions/${command?.[1]}/answer`, { decision: 'approve' })
    expect(await terminal.ended()).toBe(0)
  })

  test('follow --from-now shows where the session is, and goes on from there', async () => {
    await using service = await startService()
    const steps = ['Wait 10 ms', { id: 'gate', uses: 'signal', with: { name: 'go' } }]
    const sessionId = await start(service, { steps })
    await until(service, sessionId, 'interaction.created')
    const options = ['--from-now', '--url', service.url]
    const terminal = onTerminal(['follow', sessionId, ...options], { cwd: await folderOf() })
    await terminal.shows(/^✔ step1 .*\n\? gate {2}waits.*\n {2}the signal "go"$/m)
    await service.post(`/v1/sessions/${sessionId}/signals/go`)
    expect(await terminal.ended()).toBe(0)
    expect(terminal.lines().join('\n')).toMatch(/^✔ gate /m)
  })

  test('Ctrl-C asks, and leaves the session running if that is chosen', async () => {
    await using service = await startService()
    const sessionId = await start(service, held)
    const terminal = onTerminal(['follow', sessionId, '--url', service.url], {
      cwd: await folderOf(),
    })
    await terminal.shows(/\? gate/)
    terminal.press('\u0003')
    await terminal.shows(/What becomes of the session\?/)
    terminal.press('\r')
    expect(await terminal.ended()).toBe(130)
    expect(terminal.lines().join('\n')).toMatch(
      new RegExp(`${sessionId} goes on without this program`),
    )
    await service.post(`/v1/sessions/${sessionId}/signals/go`)
    expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.completed')
  })

  test('Ctrl-C asks, cancels if that is chosen, and waits for the end', async () => {
    await using service = await startService()
    const sessionId = await start(service, held)
    const terminal = onTerminal(['follow', sessionId, '--url', service.url], {
      cwd: await folderOf(),
    })
    await terminal.shows(/\? gate/)
    terminal.press('\u0003')
    await terminal.shows(/What becomes of the session\?/)
    terminal.press('\u001b[B')
    await terminal.shows(/● Cancel it/)
    terminal.press('\r')
    expect(await terminal.ended()).toBe(2)
    expect(terminal.lines().join('\n')).toMatch(/^⊘ cancelled in /m)
    expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.cancelled')
  })

  test('Ctrl-C asks, and goes on following if that is chosen', async () => {
    await using service = await startService()
    const sessionId = await start(service, held)
    const terminal = onTerminal(['follow', sessionId, '--url', service.url], {
      cwd: await folderOf(),
    })
    await terminal.shows(/\? gate/)
    terminal.press('\u0003')
    await terminal.shows(/What becomes of the session\?/)
    terminal.press('\u001b[A')
    await terminal.shows(/● Go on following/)
    terminal.press('\r')
    await terminal.shows(/◇ .*What becomes of the session\?[\s\S]*\? gate/)
    await service.post(`/v1/sessions/${sessionId}/signals/go`)
    expect(await terminal.ended()).toBe(0)
  })

  test('a second Ctrl-C leaves at once', async () => {
    await using service = await startService()
    const sessionId = await start(service, held)
    const terminal = onTerminal(['follow', sessionId, '--url', service.url], {
      cwd: await folderOf(),
    })
    await terminal.shows(/\? gate/)
    terminal.press('\u0003')
    await terminal.shows(/What becomes of the session\?/)
    terminal.press('\u0003')
    expect(await terminal.ended()).toBe(130)
  })

  test('a signal takes the question back, and leaves', async () => {
    await using service = await startService()
    const sessionId = await start(service, held)
    const terminal = onTerminal(['follow', sessionId, '--url', service.url], {
      cwd: await folderOf(),
    })
    await terminal.shows(/\? gate/)
    terminal.press('\u0003')
    await terminal.shows(/What becomes of the session\?/)
    terminal.kill('SIGTERM')
    expect(await terminal.ended()).toBe(143)
    expect(terminal.lines().join('\n')).toMatch(/goes on without this program/)
  })

  test('a Ctrl-C that comes on two ways, as by npx, is one', async () => {
    await using service = await startService()
    const sessionId = await start(service, held)
    const terminal = onTerminal(['follow', sessionId, '--url', service.url], {
      cwd: await folderOf(),
    })
    await terminal.shows(/\? gate/)
    terminal.kill('SIGINT')
    terminal.kill('SIGINT')
    await terminal.shows(/What becomes of the session\?/)
    terminal.press('\r')
    expect(await terminal.ended()).toBe(130)
    expect(terminal.lines().join('\n')).toMatch(/◇ .*What becomes of the session\?/)
  })

  test('a session that ends takes the question back', async () => {
    await using service = await startService()
    const sessionId = await start(service, held)
    const terminal = onTerminal(['follow', sessionId, '--url', service.url], {
      cwd: await folderOf(),
    })
    await terminal.shows(/\? gate/)
    terminal.press('\u0003')
    await terminal.shows(/What becomes of the session\?/)
    await service.post(`/v1/sessions/${sessionId}/signals/go`)
    expect(await terminal.ended()).toBe(0)
    expect(terminal.lines().join('\n')).toMatch(/^✔ completed in /m)
  })

  test('of a service of its own Ctrl-C says that the session stops with it, also when steps come in by a pipe', async () => {
    const cwd = await folderOf({ 'list.json': JSON.stringify(held) })
    const terminal = onTerminal(['run', '-'], { cwd, before: 'cat list.json |', columns: 160 })
    await terminal.shows(/\? gate/)
    terminal.press('\u0003')
    await terminal.shows(/Stop here \(the service ends with this program; the session is kept/)
    terminal.press('\r')
    expect(await terminal.ended()).toBe(130)
    expect(terminal.lines().join('\n')).toMatch(
      /is kept, and goes on with the next `stepstream serve` on the same data/,
    )
  })

  test('many steps have room in a small terminal, and fit again when it is made smaller', async () => {
    await using service = await startService()
    const many = Array.from({ length: 200 }, (_, index) => ({
      id: `w${index}`,
      uses: 'wait',
      with: { for: '10ms' },
    }))
    const sessionId = await start(service, {
      steps: [
        ...many.slice(0, 100),
        { id: 'gate', uses: 'signal', with: { name: 'go' } },
        ...many.slice(100),
      ],
    })
    await until(service, sessionId, 'interaction.created')
    const terminal = onTerminal(['follow', sessionId, '--url', service.url], {
      cwd: await folderOf(),
      columns: 60,
      rows: 20,
    })
    await terminal.shows(/\? gate/)
    expect(terminal.lines().length).toBeLessThan(20)
    terminal.resize(40, 14)
    const heads = () => terminal.visible().filter((line) => /^waiting {2}/.test(line)).length
    // What stood there was wrapped, and is gone.
    await expect
      .poll(() => [terminal.visible()[0], heads()])
      .toEqual([expect.stringMatching(/^waiting/), 1])
    const picture = terminal.visible().join('\n')
    expect(picture).toMatch(/^… 9\d completed$/m)
    expect(picture).toMatch(/^\? gate/m)
    expect(picture).toMatch(/^… 9\d to come$/m)
    expect(terminal.visible().length).toBeLessThan(14)
    await service.post(`/v1/sessions/${sessionId}/signals/go`)
    expect(await terminal.ended()).toBe(0)
  })
})
