import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { ResolvedElement } from '../../../src/modules/page/types.ts'
import { useSite } from './site.ts'

const says = (what: string) => `onclick="document.title += ' ${what}'"`

const site = useSite(
  {
    '/buttons': `
      <button ${says('saved')}>Save</button>
      <button ondblclick="document.title = 'twice'">Twice</button>
      <button oncontextmenu="document.title = 'menu'">Menu</button>
      <button onmouseover="document.title = 'over'">Hover me</button>
      <ul><li>Ann <button ${says('ann')}>Delete</button></li><li>Bob <button ${says('bob')}>Delete</button></li></ul>
      <input aria-label="Keys" onkeydown="document.title += event.key" onblur="document.title = 'left'">
      <span id="bare">Bare text</span> and <span class="icon trash-can" style="display:inline-block;width:20px;height:20px"></span>
      <a href="/next">Next</a> <a href="/next" target="_blank">New tab</a> <a href="/missing">Broken</a> <a href="/refused">Refused</a>
      <script>
        bare.addEventListener('click', () => { document.title = 'bare' })
        document.querySelector('.icon').addEventListener('click', () => { document.title = 'trashed' })
      </script>`,
    '/next': '<title>Next page</title><h1>Next</h1><a href="/buttons">Back to buttons</a>',
    '/refused': (_, response) => {
      response.statusCode = 422
      response.end('<h1>Wrong password</h1>')
    },
    '/broken': (_, response) => {
      response.statusCode = 500
      response.end('<h1>Oops</h1>')
    },
    '/moved': (_, response) => {
      response.writeHead(302, { location: '/next' })
      response.end()
    },
    '/boxes': `
      <label><input type="checkbox"> News</label>
      <label><input type="radio" name="size"> Small</label><label><input type="radio" name="size"> Large</label>
      <div role="switch" tabindex="0" aria-checked="false" aria-label="Dark" style="width:40px;height:20px"
        onclick="this.ariaChecked = String(this.ariaChecked !== 'true')"></div>
      <style>.fancy input { position: absolute; width: 1px; height: 1px; opacity: 0 }</style>
      <label class="fancy"><input type="checkbox"><span>Fancy terms</span></label>
      <label><input type="checkbox" onclick="return false"> Stuck</label>
      <div id="app"></div><script>
        let done = false
        function draw() {
          app.innerHTML = '<li><input type="checkbox" aria-label="Todo" ' + (done ? 'checked' : '') + '> Todo item</li>'
          app.querySelector('input').onchange = () => { done = !done; setTimeout(draw, 30) }
        }
        draw()</script>`,
    '/choices': `
      <label>Colour <select onchange="document.title = this.value"><option value="r">Red</option><option value="b">Dark blue</option></select></label>
      <label>Sizes <select multiple><option>S</option><option>M</option><option>L</option></select></label>
      <div role="combobox" aria-label="Fruit" aria-expanded="false" tabindex="0" style="width:100px;height:20px">Choose</div>
      <div id="list" hidden role="listbox"><div role="option">Apple</div><div role="option">Pear</div></div>
      <script>
        const box = document.querySelector('[role=combobox]')
        box.onclick = () => setTimeout(() => { list.hidden = false }, 50)
        for (const option of list.children) option.onclick = () => { box.textContent = option.textContent; list.hidden = true }
      </script>`,
    '/drag': `
      <div id="card" draggable="true" style="width:80px;height:40px">Card</div>
      <div id="bin" style="width:200px;height:100px;margin-top:60px" aria-label="Bin" role="region">Bin</div>
      <script>
        card.ondragstart = (event) => event.dataTransfer.setData('text', 'card')
        bin.ondragover = (event) => event.preventDefault()
        bin.ondrop = () => { document.title = 'dropped' }
      </script>
      <p style="margin-top:3000px">The end</p>`,
    '/files': `
      <label>Report <input type="file" multiple onchange="document.title = [...this.files].map((file) => file.name + file.size).join()"></label>
      <button onclick="hiddenInput.click()">Choose picture</button>
      <input id="hiddenInput" type="file" style="display:none" onchange="document.title = 'picture ' + this.files[0].name">
      <a href="/evil">Get evil</a> <a href="/huge">Get huge</a> <button>Nothing</button>`,
    '/evil': (_, response) => {
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment; filename="../../evil name.csv"',
      })
      response.end('a,b')
    },
    '/huge': (_, response) => {
      response.writeHead(200, { 'content-disposition': 'attachment; filename="huge.bin"' })
      response.end(Buffer.alloc(3_000_000))
    },
    '/ask': `
      <button onclick="document.title = 'said ' + confirm('Sure?')">Confirm</button>
      <button onclick="document.title = 'name ' + prompt('Name?')">Prompt</button>`,
    '/shop': `
      <h1>Shop</h1><p class="notice big">3 items</p><input aria-label="Code" value="X1"><a href="/next" title="go">Next</a>
      <ul aria-label="Fruit"><li>Apple</li><li>Pear</li></ul>
      <table aria-label="Prices"><tr><th>Item</th><th>Price</th></tr><tr><td>Tea</td><td>2</td></tr><tr><td>Milk</td><td>1</td></tr></table>
      <button disabled>Pay</button><p id="later"></p>
      <script>setTimeout(() => { later.textContent = 'All loaded' }, 300)</script>`,
  },
  { maxDownloadBytes: 1_000_000 },
)

const title = () => site.look<string>('document.title')

describe('open', () => {
  test('answers with the status, also after a redirect, and goes back, forward and anew', async () => {
    expect(await site.open('/buttons')).toMatchObject({
      navigated: true,
      evidence: `the page is ${site.url}/buttons, which answered 200`,
    })
    expect((await site.act({ do: 'open', url: '/moved' })).evidence).toContain(
      '/next, which answered 200',
    )
    expect((await site.act({ do: 'back' })).evidence).toContain('/buttons')
    expect((await site.act({ do: 'forward' })).evidence).toContain('/next')
    expect((await site.act({ do: 'reload' })).evidence).toContain('/next')
    const end = await site.fail({ do: 'forward' })
    expect(end.code).toBe('ACTION_NOT_VERIFIED')
  })

  test.each([
    ['/missing', 404],
    ['/broken', 500],
  ])('fails for %s, which answers %i', async (path, status) => {
    const error = await site.fail({ do: 'open', url: `${site.url}${path}` })
    expect(error).toMatchObject({ code: 'PAGE_FAILED', details: { status } })
  })

  test.each(['file:///etc/passwd', 'data:text/html,x', 'javascript:alert(1)', 'chrome://version'])(
    'refuses %s',
    async (url) => {
      expect(await site.fail({ do: 'open', url })).toMatchObject({ code: 'ADDRESS_REFUSED' })
    },
  )

  test('says that nothing answers', async () => {
    const error = await site.fail({ do: 'open', url: 'http://127.0.0.1:1/' })
    expect(error.code).toBe('PAGE_FAILED')
    expect(error.message).toContain('ERR_')
  })

  test('finds a page by the link that leads to it, and never guesses', async () => {
    await site.open('/buttons')
    const done = await site.act({ do: 'open', page: 'the Next page' })
    expect(done).toMatchObject({
      navigated: true,
      description: 'open the page "the Next page" by link "Next"',
    })
    const error = await site.fail({ do: 'open', page: 'Login page' })
    expect(error.code).toBe('TARGET_NOT_FOUND')
  })
})

describe('click', () => {
  test('presses what is meant, once, twice, or with the other button', async () => {
    await site.open('/buttons')
    expect(await site.act({ do: 'click', target: 'Save' })).toMatchObject({
      description: 'click button "Save"',
      navigated: false,
    })
    expect(await title()).toBe('Test saved')
    await site.act({ do: 'click', target: 'Twice', count: 2 })
    expect(await title()).toBe('twice')
    await site.act({ do: 'click', target: 'Menu', button: 'right' })
    expect(await title()).toBe('menu')
    await site.act({ do: 'hover', target: 'Hover me' })
    expect(await title()).toBe('over')
  })

  test('never takes the first of several', async () => {
    await site.open('/buttons')
    const error = await site.fail({ do: 'click', target: { name: 'Delete', role: 'button' } })
    expect(error).toMatchObject({
      code: 'TARGET_AMBIGUOUS',
      message: '2 elements could be the button "Delete".',
    })
    expect(error.details).toMatchObject({
      candidates: [
        { role: 'button', name: 'Delete' },
        { role: 'button', name: 'Delete' },
      ],
    })
    await site.act({ do: 'click', target: { name: 'Delete', in: { name: 'Bob' } } })
    expect(await title()).toBe('Test bob')
    const nth = await site.act({ do: 'click', target: { name: 'Delete', nth: 1 } })
    expect(await title()).toBe('Test bob ann')
    expect(nth.target?.code).toContain('Ann')
  })

  test('names what comes nearest', async () => {
    await site.open('/buttons')
    const error = await site.fail({ do: 'click', target: 'Sav' + 'ed' })
    expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND' })
    expect(error.message).toContain('button "Save"')
  })

  test('finds what only listens: a bare text and an icon', async () => {
    await site.open('/buttons')
    await site.act({ do: 'click', target: { name: 'Bare text', role: 'button' } })
    expect(await title()).toBe('bare')
    await site.act({ do: 'click', target: { name: 'trash', role: 'button' } })
    expect(await title()).toBe('trashed')
  })

  test('tells where it led: a page, a tab, a page that is not there', async () => {
    await site.open('/buttons')
    const tab = await site.act({ do: 'click', target: 'New tab' })
    expect(tab).toMatchObject({ navigated: false, evidence: `a tab opened: ${site.url}/next` })
    await site.act({ do: 'switchTab', tab: 1 })
    const refused = await site.act({ do: 'click', target: 'Refused' })
    expect(refused.evidence).toContain('/refused answered 422')
    await site.act({ do: 'back' })
    const broken = await site.fail({ do: 'click', target: 'Broken' })
    expect(broken).toMatchObject({ code: 'PAGE_FAILED', details: { status: 404 } })
  })

  test('takes a CSS selector strictly', async () => {
    await site.open('/buttons')
    const several = await site.fail({ do: 'click', target: { selector: 'li button' } })
    expect(several.code).toBe('TARGET_AMBIGUOUS')
    await site.act({ do: 'click', target: { selector: 'li:nth-child(2) button' } })
    expect(await title()).toBe('Test bob')
    await site.act({ do: 'click', target: { name: 'Delete', in: { selector: 'li:first-child' } } })
    expect(await title()).toBe('Test bob ann')
  })
})

describe('a pointer', () => {
  test('to a reference of the last observation acts on that element', async () => {
    await site.open('/buttons')
    const { rendered } = await site.observe()
    const ref = /button "Save" \[ref=(\w+)\]/.exec(rendered)?.[1] ?? ''
    await site.act({ do: 'click', target: 'anything' }, { elements: { target: { ref } } })
    expect(await title()).toBe('Test saved')
    const error = await site.fail(
      { do: 'click', target: 'x' },
      { elements: { target: { ref: 'e9999' } } },
    )
    expect(error.code).toBe('TARGET_NOT_FOUND')
  })

  test('to what was resolved before misses where it is something else', async () => {
    await site.open('/buttons')
    const { target } = await site.act({ do: 'click', target: 'Save' })
    const kept = target as ResolvedElement
    await site.act({ do: 'click', target: 'x' }, { elements: { target: kept } })
    expect(await title()).toBe('Test saved saved')
    const other = await site.fail(
      { do: 'click', target: 'x' },
      { elements: { target: { ...kept, name: 'Pay' } } },
    )
    expect(other.code).toBe('TARGET_NOT_FOUND')
    const twice = await site.fail(
      { do: 'click', target: 'x' },
      { elements: { target: { ...kept, selector: 'li button' } } },
    )
    expect(twice.message).toContain('2 elements')
  })
})

test('keys go to an element or to what has the focus', async () => {
  await site.open('/buttons')
  await site.act({ do: 'press', key: 'ArrowDown', target: 'Keys', times: 2 })
  await site.act({ do: 'press', key: 'Escape' })
  expect(await title()).toBe('TestArrowDownArrowDownEscape')
  await site.act({ do: 'blur', target: 'Keys' })
  expect(await title()).toBe('left')
})

describe('check', () => {
  test.each(['News', 'Dark', 'Fancy terms', 'Todo', 'Large'])('%s, and sees it', async (target) => {
    await site.open('/boxes')
    expect((await site.act({ do: 'check', target })).evidence).toBe('it is on')
    expect((await site.act({ do: 'check', target })).evidence).toBe('it was on already')
    if (target === 'Large') return
    expect((await site.act({ do: 'check', target, on: false })).evidence).toBe('it is off')
  })

  test('says that a box does not move', async () => {
    await site.open('/boxes')
    expect(await site.fail({ do: 'check', target: 'Stuck' })).toMatchObject({
      code: 'ACTION_NOT_VERIFIED',
    })
  })
})

describe('select', () => {
  test('from a list of the browser’s own, by label, value or part', async () => {
    await site.open('/choices')
    for (const [option, value] of [
      ['Dark blue', 'b'],
      ['r', 'r'],
      ['blue', 'b'],
    ] as const) {
      await site.act({ do: 'select', target: 'Colour', options: [option] })
      expect(await title()).toBe(value)
    }
    const done = await site.act({ do: 'select', target: 'Sizes', options: ['S', 'L'] })
    expect(done.evidence).toBe('"S", "L" is selected')
    const error = await site.fail({ do: 'select', target: 'Colour', options: ['Pink'] })
    expect(error.message).toBe('There is no option "Pink"; there are "Red", "Dark blue".')
  })

  test('from one that a page makes of other elements', async () => {
    await site.open('/choices')
    const done = await site.act({ do: 'select', target: 'Fruit', options: ['Pear'] })
    expect(done.evidence).toBe('"Pear" is selected')
  })
})

test('drags one element to another, and scrolls', async () => {
  await site.open('/drag')
  await site.act({ do: 'drag', target: 'Card', to: { name: 'Bin', role: 'region' } })
  expect(await title()).toBe('dropped')
  expect((await site.act({ do: 'scroll', direction: 'down', pixels: 300 })).evidence).toBe(
    'it moved by 300 pixels',
  )
  await site.act({ do: 'scroll', target: 'The end' })
  expect(await site.look<number>('scrollY')).toBeGreaterThan(1000)
  await site.act({ do: 'scroll', direction: 'top' })
  expect(await site.look<number>('scrollY')).toBe(0)
})

describe('files', () => {
  test('go to an input, or to the chooser of a button', async () => {
    await site.open('/files')
    await site.act({
      do: 'upload',
      target: 'Report',
      files: [{ name: 'a.csv', text: '1,2' }, { artifact: 'art_1' }],
    })
    expect(await title()).toBe('a.csv3,art_1.txt5')
    await site.act({
      do: 'upload',
      target: 'Choose picture',
      files: [{ name: '../x.png', text: 'p' }],
    })
    expect(await title()).toBe('picture x.png')
  })

  test('come by a download under a harmless name, within a limit', async () => {
    await site.open('/files')
    const done = await site.act({ do: 'download', target: 'Get evil' })
    expect(done.download?.name).toMatch(/^[^./\\][^/\\]*\.csv$/)
    expect(done.download?.name).not.toContain('..')
    expect(await readFile(done.download?.path ?? '', 'utf8')).toBe('a,b')
    expect(await site.fail({ do: 'download', target: 'Get huge' })).toMatchObject({
      code: 'FILE_REFUSED',
    })
  })
})

test('dialogs are answered as said', async () => {
  await site.open('/ask')
  await site.act({ do: 'click', target: 'Confirm' })
  expect(await title()).toBe('said false')
  await site.act({ do: 'dialog', accept: true })
  await site.act({ do: 'click', target: 'Confirm' })
  expect(await title()).toBe('said true')
  await site.act({ do: 'dialog', accept: true, text: 'Ada' })
  await site.act({ do: 'click', target: 'Prompt' })
  expect(await title()).toBe('name Ada')
})

test('tabs are switched to and closed by place and by title', async () => {
  await site.open('/buttons')
  await site.act({ do: 'click', target: 'New tab' })
  await site.act({ do: 'switchTab', tab: '/buttons' })
  expect(await site.look('location.pathname')).toBe('/buttons')
  await site.act({ do: 'closeTab', tab: -1 })
  expect(site.session.tabs).toHaveLength(1)
  const error = await site.fail({ do: 'switchTab', tab: 'Nowhere' })
  expect(error).toMatchObject({ code: 'TARGET_NOT_FOUND' })
  expect(error.message).toContain('1: "Test"')
})

describe('extract', () => {
  test.each<[string, object, unknown]>([
    ['a text', { target: { selector: '.notice' } }, '3 items'],
    ['a value', { target: 'Code', what: 'value' }, 'X1'],
    ['an attribute', { target: 'Next', what: 'attribute', attribute: 'title' }, 'go'],
    ['a list', { target: { role: 'list', name: 'Fruit' }, what: 'list' }, ['Apple', 'Pear']],
    [
      'a table',
      { what: 'table' },
      [
        { Item: 'Tea', Price: '2' },
        { Item: 'Milk', Price: '1' },
      ],
    ],
    ['a count', { target: { role: 'listitem' }, what: 'count' }, 2],
    ['the title', { what: 'title' }, 'Test'],
  ])('%s', async (_, fields, output) => {
    await site.open('/shop')
    expect((await site.act({ do: 'extract', ...fields })).output).toEqual(output)
  })

  test('the address of the page and of a link', async () => {
    await site.open('/shop')
    expect((await site.act({ do: 'extract', what: 'url' })).output).toBe(`${site.url}/shop`)
    expect((await site.act({ do: 'extract', target: 'Next', what: 'url' })).output).toBe(
      `${site.url}/next`,
    )
  })
})

describe('a claim', () => {
  test.each<[string, object]>([
    ['a text of the page', { expected: '3 items' }],
    ['a text that comes later', { expected: 'All loaded' }],
    ['a text that is missing', { expected: '9 items', not: true }],
    ['an element', { target: { role: 'heading', name: 'Shop' } }],
    ['an element that is missing', { target: 'Buy now', not: true }],
    ['a state', { target: 'Pay', state: 'enabled', not: true }],
    ['a value', { target: 'Code', that: 'value', expected: 'X1' }],
    ['a count', { target: { role: 'listitem' }, that: 'count', expected: 2 }],
    ['a class', { target: { selector: '.notice' }, that: 'class', expected: 'big' }],
    ['a pattern', { that: 'title', by: 'matches', expected: '^T.st$' }],
    ['an address', { that: 'url', by: 'equals', expected: '/shop' }],
  ])('about %s holds', async (_, fields) => {
    await site.open('/shop')
    const { evidence } = await site.act({ do: 'assert', ...fields })
    expect(evidence).toMatch(/\w/)
  })

  test.each<[string, object, string]>([
    [
      'a text',
      { target: { selector: '.notice' }, expected: '4 items' },
      'but its text is "3 items"',
    ],
    ['an element', { target: 'Buy now' }, 'but the page has no element "Buy now"'],
    ['a state', { target: 'Pay', state: 'enabled' }, 'but it is not enabled'],
    ['a count', { target: { role: 'listitem' }, that: 'count', expected: 5 }, 'but there are 2'],
    [
      'a value of nothing',
      { target: 'Nothing here', that: 'value', expected: 'x', not: true },
      'but the page has no',
    ],
    ['a slow pattern', { that: 'text', by: 'matches', expected: '(\\w+\\s?)+$\\d' }, 'pattern'],
  ])('about %s fails and says what was seen', async (_, fields, seen) => {
    await site.open('/shop')
    const error = await site.fail({ do: 'assert', ...fields, timeout: 200 } as never)
    expect(error.code).toBe('ASSERTION_FAILED')
    expect(error.message).toContain(seen)
  })
})

test('waits for a text, for what is gone, and for an address', async () => {
  await site.open('/shop')
  expect((await site.act({ do: 'waitFor', text: 'All loaded' })).description).toBe(
    'wait for the text "All loaded"',
  )
  await site.act({ do: 'waitFor', target: 'Spinner', gone: true })
  await site.act({ do: 'waitFor', url: '*/shop', loaded: true })
  expect(await site.fail({ do: 'waitFor', text: 'Never', timeout: 200 } as never)).toMatchObject({
    code: 'ASSERTION_FAILED',
  })
})

test('a picture is a JPEG, of the page or of an element', async () => {
  await site.open('/shop')
  const { picture } = await site.act({ do: 'screenshot', name: 'shop', fullPage: true })
  expect(picture).toMatchObject({ name: 'shop.jpeg', contentType: 'image/jpeg' })
  expect([...(picture?.bytes ?? []).slice(0, 2)]).toEqual([0xff, 0xd8])
  const part = await site.act({ do: 'screenshot', target: { role: 'table' } })
  expect(part.picture?.bytes.length).toBeGreaterThan(100)
})
