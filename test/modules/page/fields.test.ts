import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import { useSite } from './site.ts'

const site = useSite({
  '/form': `
    <form aria-label="Account">
      <label>Email <input name="email" placeholder="you@example.com"></label>
      <label>Phone <input name="phone" oninput="this.value = this.value.replace(/\\D/g, '').replace(/(\\d{3})(\\d{1,4})/, '($1) $2')"></label>
      <label>Locked <input name="locked" oninput="this.value = 'no'"></label>
      <label>Notes <textarea name="notes">old</textarea></label>
      Nickname: <input name="nick">
      <div role="textbox" contenteditable aria-label="Bio"></div>
      <input type="search" aria-label="Find"><input type="url" aria-label="Site">
      <label>Password <input type="password" name="pass"></label>
      <label>Off <input disabled></label>
    </form>`,
  '/grid': `
    <table><tr><th>Name</th><th>Price</th></tr><tr><td>Tea</td><td><input id="tea"></td></tr>
    <tr><td>Milk</td><td><input id="milk"></td></tr></table>`,
  '/rerender': `<div id="app"></div><script>
    let value = ''
    function draw() {
      app.innerHTML = '<label>Name <input value="' + value + '"></label><p>Hello ' + value + '</p>'
      app.querySelector('input').addEventListener('input', (event) => { value = event.target.value; draw() })
    }
    draw()</script>`,
  '/submit': `<form action="/thanks"><label>Name <input name="name"></label></form>`,
  '/thanks': '<h1>Thanks</h1>',
  '/late': `<p>Loading</p><script>setTimeout(() => { document.body.innerHTML = '<label>City <input></label>' }, 300)</script>`,
  '/kinds': `
    <label>Volume <input type="range" min="0" max="10" step="2"></label>
    <label>Day <input type="date"></label><label>Hour <input type="time"></label>
    <label>Paint <input type="color"></label><label>Amount <input type="number" max="99999"></label>
    <div role="slider" tabindex="0" aria-label="Zoom" aria-valuenow="3" aria-valuemin="0" aria-valuemax="9">o</div>
    <script>document.querySelector('[role=slider]').addEventListener('keydown', (event) => {
      const now = Number(event.target.ariaValueNow)
      const next = now + (event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0)
      event.target.ariaValueNow = String(Math.max(0, Math.min(9, next)))
    })</script>`,
})

describe('fill', () => {
  test('puts a text into a field and sees that it is there', async () => {
    await site.open('/form')
    const done = await site.act({ do: 'fill', target: 'Email', text: 'ada@example.com' })
    expect(done).toMatchObject({
      description: 'fill "ada@example.com" into textbox "Email"',
      evidence: 'the field holds "ada@example.com"',
      navigated: false,
      target: {
        role: 'textbox',
        name: 'Email',
        weak: false,
        code: "getByRole('textbox', { name: 'Email', exact: true })",
      },
    })
    expect(await site.look('document.querySelector("[name=email]").value')).toBe('ada@example.com')
  })

  test.each([
    ['its placeholder', 'you@example.com', '[name=email]'],
    ['the text before it', 'Nickname', '[name=nick]'],
    ['its name in another case', 'NOTES', '[name=notes]'],
  ])('finds a field by %s', async (_, target, selector) => {
    await site.open('/form')
    await site.act({ do: 'fill', target, text: 'x1' })
    expect(await site.look(`document.querySelector('${selector}').value`)).toBe('x1')
  })

  test('finds fields in a table by row and by column', async () => {
    await site.open('/grid')
    await site.act({
      do: 'fill',
      target: { name: 'Price', in: { role: 'row', name: 'Milk' } },
      text: '2',
    })
    expect(await site.look('milk.value')).toBe('2')
  })

  test('takes what a mask makes of it, and refuses what is something else', async () => {
    await site.open('/form')
    const done = await site.act({ do: 'fill', target: 'Phone', text: '5551234' })
    expect(done.evidence).toBe('the field shows it as "(555) 1234"')
    const error = await site.fail({ do: 'fill', target: 'Locked', text: 'mine' })
    expect(error).toMatchObject({
      code: 'ACTION_NOT_VERIFIED',
      message: 'The field holds "no" and not "mine".',
    })
  })

  test('appends, clears, and writes into what is editable', async () => {
    await site.open('/form')
    await site.act({ do: 'fill', target: 'Notes', text: ' and new', append: true })
    expect(await site.look('document.querySelector("textarea").value')).toBe('old and new')
    await site.act({ do: 'clear', target: 'Notes' })
    expect(await site.look('document.querySelector("textarea").value')).toBe('')
    const done = await site.act({ do: 'fill', target: 'Bio', text: 'I write' })
    expect(done.evidence).toBe('the field holds "I write"')
  })

  test('finds the field again that a page draws anew on every input', async () => {
    await site.open('/rerender')
    const done = await site.act({ do: 'fill', target: 'Name', text: 'Ada' })
    expect(done.evidence).toBe('the field holds "Ada"')
    expect(await site.look('document.querySelector("p").textContent')).toBe('Hello Ada')
  })

  test('fills what has the focus, and submits', async () => {
    await site.open('/submit')
    await site.act({ do: 'focus', target: 'Name' })
    const done = await site.act({ do: 'fill', text: 'Ada', submit: true })
    expect(done).toMatchObject({ navigated: true })
    expect(done.evidence).toContain('/thanks?name=Ada answered 200')
  })

  test('submits from a field that was drawn anew', async () => {
    await site.open('/rerender')
    const done = await site.act({ do: 'fill', target: 'Name', text: 'Eve', submit: true })
    expect(done.evidence).toBe('the field holds "Eve", then it was done')
  })

  test('tells no password, even one that the step has in clear', async () => {
    await site.open('/form')
    const target = { name: 'Password', role: 'textbox' } as const
    const done = await site.act({ do: 'fill', target, text: 'in-clear-99' })
    expect(done.description).toBe('fill "[secret]" into textbox "Password"')
    expect(JSON.stringify(done)).not.toContain('in-clear')
  })

  test('waits for a field that comes later', async () => {
    await site.open('/late')
    const done = await site.act({ do: 'fill', target: 'City', text: 'Rome' })
    expect(done.evidence).toBe('the field holds "Rome"')
  })

  test('says that a field is disabled', async () => {
    await site.open('/form')
    const error = await site.fail({ do: 'fill', target: 'Off', text: 'x' })
    expect(error).toMatchObject({
      code: 'TARGET_NOT_READY',
      message: 'The element "Off" is disabled.',
    })
  })
})

describe('a secret', () => {
  test('is filled for the origin of its page, and shows up nowhere', async () => {
    await site.open('/form')
    const asked: unknown[] = []
    const secret = (name: string, origin: string) => {
      asked.push([name, origin])
      return 'pa55-word-x'
    }
    const done = await site.act(
      { do: 'fill', target: { name: 'Password', role: 'textbox' }, secret: 'login' },
      { secret },
    )
    expect(asked).toEqual([['login', site.url]])
    expect(await site.look('document.querySelector("[name=pass]").value')).toBe('pa55-word-x')
    expect(JSON.stringify(done)).not.toContain('pa55')
    expect(done.evidence).toBe('the field holds the secret')
    await site.act({ do: 'fill', target: 'Email', secret: 'login' }, { secret })
    const seen = await site.observe()
    expect(JSON.stringify(seen)).not.toContain('pa55')
    expect(seen.redactions).toBeGreaterThan(0)
    const got = await site.act({ do: 'extract', target: 'Email', what: 'value' })
    expect(got.output).toBe('[secret]')
  })

  test.each(['Find', 'Site'])('does not go into the field %s', async (target) => {
    await site.open('/form')
    const error = await site.fail({ do: 'fill', target, secret: 'login' })
    expect(error.code).toBe('SECRET_NOT_ALLOWED')
  })

  test('is refused by whoever keeps it', async () => {
    await site.open('/form')
    const secret = () => {
      throw new StepstreamError('SECRET_NOT_ALLOWED', 'Not for this page.')
    }
    const error = await site.fail({ do: 'fill', target: 'Email', secret: 'login' }, { secret })
    expect(error.code).toBe('SECRET_NOT_ALLOWED')
  })
})

describe('set', () => {
  test.each([
    ['Volume', '6', '6'],
    ['Day', '31 January 2030', '2030-01-31'],
    ['Hour', '3:05 pm', '15:05'],
    ['Paint', '#F00', '#ff0000'],
    ['Amount', '12,500', '12500'],
  ])('%s to %s', async (target, value, held) => {
    await site.open('/kinds')
    const done = await site.act({ do: 'set', target, value })
    expect(done.evidence).toBe(`it holds "${held}"`)
  })

  test('moves a slider of the page’s own making', async () => {
    await site.open('/kinds')
    const done = await site.act({ do: 'set', target: 'Zoom', value: '7' })
    expect(done.evidence).toBe('it is at 7')
    const error = await site.fail({ do: 'set', target: 'Zoom', value: '40' })
    expect(error).toMatchObject({
      code: 'ACTION_NOT_VERIFIED',
      message: 'It is at 9 and not at 40; it goes from 0 to 9.',
    })
  })

  test('says what it holds instead, and how values are written', async () => {
    await site.open('/kinds')
    const error = await site.fail({ do: 'set', target: 'Day', value: '1/2/2030' })
    expect(error.message).toContain('write dates as 2030-01-31')
    const odd = await site.fail({ do: 'set', target: 'Volume', value: '25' })
    expect(odd.message).toContain('It holds "10"')
  })
})
