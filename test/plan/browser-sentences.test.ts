import { describe, expect, test } from 'vitest'
import { browserActionSchema } from '../../src/modules/browser-actions/types.ts'
import { readingOf } from './browser-planning.ts'

const button = (name: string, more: object = {}) => ({ name, role: 'button', ...more })
const field = (name: string) => ({ name, role: 'field' })
const row = (name: string) => ({ role: 'row', name })
const click = (target: object, more: object = {}) => ({ do: 'click', target, ...more })
const fill = (target: object | undefined, text: string, more: object = {}) => ({
  do: 'fill',
  ...(target && { target }),
  text,
  ...more,
})
const state = (target: object, is: string, more: object = {}) => ({
  do: 'assert',
  target,
  that: 'state',
  state: is,
  ...more,
})
const text = (target: object, by: string, expected: string, more: object = {}) => ({
  do: 'assert',
  target,
  that: 'text',
  by,
  expected,
  ...more,
})
const onPage = (that: string, by: string, expected: string, more: object = {}) => ({
  do: 'assert',
  that,
  by,
  expected,
  ...more,
})
const count = (target: object, expected: number) => ({
  do: 'assert',
  target,
  that: 'count',
  by: 'equals',
  expected,
})

type Rows = readonly (readonly [sentence: string, action: object])[]

const pages = new Map([
  ['login', 'https://shop.test/login'],
  ['order list', '{{ inputs.base }}/orders'],
])

const families: Readonly<Record<string, Rows>> = {
  'goes to pages': [
    ['Open https://shop.test/a?b=1', { do: 'open', url: 'https://shop.test/a?b=1' }],
    ['Go to http://localhost:3000.', { do: 'open', url: 'http://localhost:3000' }],
    ['Visit "https://shop.test"', { do: 'open', url: 'https://shop.test' }],
    ['Navigate to the url https://shop.test', { do: 'open', url: 'https://shop.test' }],
    ['Open {{ inputs.url }}', { do: 'open', url: '{{ inputs.url }}' }],
    [
      'Open https://shop.test/{{ inputs.id + 1 }}/x',
      { do: 'open', url: 'https://shop.test/{{ inputs.id + 1 }}/x' },
    ],
    ['Navigate to /orders', { do: 'open', url: '/orders' }],
    ['Open login page', { do: 'open', url: 'https://shop.test/login' }],
    ['go to the LOGIN page', { do: 'open', url: 'https://shop.test/login' }],
    ['Visit "Login"', { do: 'open', url: 'https://shop.test/login' }],
    ['Open the order list page', { do: 'open', url: '{{ inputs.base }}/orders' }],
    ['Given I am on the login page', { do: 'open', url: 'https://shop.test/login' }],
    ['Given the user is on the "/register" page', { do: 'open', url: '/register' }],
    ['Open the billing page', { do: 'open', page: 'billing' }],
    ['Go to Settings', { do: 'open', page: 'Settings' }],
    ['Go home', { do: 'open', page: 'home' }],
    ['Open the Promotions tab', click({ name: 'Promotions', role: 'tab' })],
    ['Open the user menu', click({ name: 'user menu' })],
    ['Go back', { do: 'back' }],
    ['Go back to the previous page', { do: 'back' }],
    ['Navigate forward', { do: 'forward' }],
    ['Reload the page', { do: 'reload' }],
    ['Refresh', { do: 'reload' }],
  ],
  clicks: [
    ['Click Sign in', click({ name: 'Sign in' })],
    ['Click "Sign in"', click({ name: 'Sign in' })],
    ['Click “Sign in”', click({ name: 'Sign in' })],
    ["Click 'today's menu'", click({ name: "today's menu" })],
    ['Click "say \\"hi\\""', click({ name: 'say "hi"' })],
    ['Click the Sign in button', click(button('Sign in'))],
    ["Click button 'Sign in'", click(button('Sign in'))],
    ['Click on the button labelled Save', click(button('Save'))],
    ['Click button Save', click(button('Save'))],
    ['Tap the {{ inputs.name }} link', click({ name: '{{ inputs.name }}', role: 'link' })],
    ['the user clicks the "Register" button', click(button('Register'))],
    ['I click Save', click({ name: 'Save' })],
    ['And then please click Save', click({ name: 'Save' })],
    ['Next, click Save', click({ name: 'Save' })],
    ['Press Save', click({ name: 'Save' })],
    ['Press the Home button', click(button('Home'))],
    ['Click Save and continue', click({ name: 'Save and continue' })],
    ['Click Copy link', click({ name: 'Copy', role: 'link' })],
    ['Click "Copy link"', click({ name: 'Copy link' })],
    ['Click Add item', click({ name: 'Add item' })],
    ['Double-click the first row', click({ role: 'row', nth: 1 }, { count: 2 })],
    ['Right click the file item', click({ name: 'file', role: 'listitem' }, { button: 'right' })],
    ['Click Save with the right mouse button', click({ name: 'Save' }, { button: 'right' })],
    ['Middle-click the Docs link', click({ name: 'Docs', role: 'link' }, { button: 'middle' })],
    ['Shift-click the second row', click({ role: 'row', nth: 2 }, { modifiers: ['Shift'] })],
    ['Click Save while holding Control', click({ name: 'Save' }, { modifiers: ['Control'] })],
    ['Force click the Save button', click(button('Save'), { force: true })],
    ['Expand the FAQ section', click({ name: 'FAQ' })],
    ['Close the dialog', click(button('Close', { in: { role: 'dialog' } }))],
    [
      'Close the "Cookies" popup',
      click(button('Close', { in: { name: 'Cookies', role: 'dialog' } })),
    ],
    [
      'Submit the contact form',
      click({
        selector: '[type=submit], button:not([type]), [type=image]',
        nth: 1,
        in: { name: 'contact', role: 'form' },
      }),
    ],
  ],
  'tells elements apart': [
    ['Click the third row', click({ role: 'row', nth: 3 })],
    ['Click the 3rd row', click({ role: 'row', nth: 3 })],
    ['Click row 12', click({ role: 'row', nth: 12 })],
    ['Click the last "Delete"', click({ name: 'Delete', nth: -1 })],
    ['Click the second to last row', click({ role: 'row', nth: -2 })],
    ['Click the first Delete button', click(button('Delete', { nth: 1 }))],
    ['Click First name', click({ name: 'First name' })],
    ['Click the first name field', click(field('first name'))],
    ['Click Delete in the row of Ada', click({ name: 'Delete', in: row('Ada') })],
    ['Click Delete in the row with "Ada"', click({ name: 'Delete', in: row('Ada') })],
    [
      'Click the Delete button in the row of Ada in the Users table',
      click(button('Delete', { in: { ...row('Ada'), in: { name: 'Users', role: 'table' } } })),
    ],
    ['Click Save in the dialog', click({ name: 'Save', in: { role: 'dialog' } })],
    ['Click Save inside the form', click({ name: 'Save', in: { role: 'form' } })],
    [
      'Click Edit in the Billing section',
      click({ name: 'Edit', in: { name: 'Billing', role: 'region' } }),
    ],
    ['Click Log in on the page', click({ name: 'Log in' })],
    [
      'Click Help in the header',
      click({ name: 'Help', in: { selector: 'header, [role=banner]' } }),
    ],
    ['Click the checkbox next to "Terms"', click({ role: 'checkbox', near: { name: 'Terms' } })],
    ['Click the Delete button for "Ada"', click(button('Delete', { near: { name: 'Ada' } }))],
    ['Click #save', click({ selector: '#save' })],
    ['Click the [data-test="a b"] element', click({ selector: '[data-test="a b"]' })],
    ['Click the button with class danger', click({ selector: '.danger' })],
    ['Click the button with the test id save', click({ selector: '[data-testid="save"]' })],
  ],
  types: [
    ['Type "Ada" into the Name field', fill(field('Name'), 'Ada')],
    ['Type Ada into Name', fill({ name: 'Name' }, 'Ada')],
    ['Type I live in Paris into the City field', fill(field('City'), 'I live in Paris')],
    ['Enter "Ada" in the "Full name" box', fill(field('Full name'), 'Ada')],
    ['the user enters "a@b.test" in the email field', fill(field('email'), 'a@b.test')],
    ['Fill the Name field with {{ inputs.name }}', fill(field('Name'), '{{ inputs.name }}')],
    ['Fill in the Last name field with Lovelace', fill(field('Last name'), 'Lovelace')],
    ['Fill in "Ada" for Name', fill({ name: 'Name' }, 'Ada')],
    ['Write "Hello {{ vars.who }}" in the Note', fill({ name: 'Note' }, 'Hello {{ vars.who }}')],
    ['Input 42 into the second field', fill({ role: 'field', nth: 2 }, '42')],
    ['Enter Ada as the name', fill({ name: 'name' }, 'Ada')],
    ['Type "Ada"', fill(undefined, 'Ada')],
    ['Type "Ada" into Name and press Enter', fill({ name: 'Name' }, 'Ada', { submit: true })],
    [
      'Enter "x" in the search box, then submit',
      fill({ role: 'searchbox' }, 'x', { submit: true }),
    ],
    ['Type the text "hi" into the Note box', fill(field('Note'), 'hi')],
    [
      'Enter the password {{ secrets.TOKEN }} in the Password field',
      { do: 'fill', target: field('Password'), secret: 'TOKEN' },
    ],
    ['Clear the text in the Note field', { do: 'clear', target: field('Note') }],
    ['Append "!" to the Note field', fill(field('Note'), '!', { append: true })],
    ['Force type "x" into the hidden field', fill(field('hidden'), 'x', { force: true })],
    ['Search for "blue lamps"', fill({ role: 'searchbox' }, 'blue lamps', { submit: true })],
    ['Search for blue lamps', fill({ role: 'searchbox' }, 'blue lamps', { submit: true })],
    ['Look for "Ada" in the People field', fill(field('People'), 'Ada', { submit: true })],
    [
      'Type {{ secrets.TOKEN }} into the Password field',
      { do: 'fill', target: field('Password'), secret: 'TOKEN' },
    ],
    [
      'Fill Password with "{{ secrets["TOKEN"] }}"',
      { do: 'fill', target: { name: 'Password' }, secret: 'TOKEN' },
    ],
    ['Clear the Name field', { do: 'clear', target: field('Name') }],
    ['Press Enter', { do: 'press', key: 'Enter' }],
    ['Hit the escape key', { do: 'press', key: 'Escape' }],
    ['press Tab 3 times', { do: 'press', key: 'Tab', times: 3 }],
    ['Press the down arrow twice', { do: 'press', key: 'ArrowDown', times: 2 }],
    ['Press Ctrl + Shift + P', { do: 'press', key: 'Control+Shift+P' }],
    [
      'Press Control+A in the search box',
      { do: 'press', key: 'Control+A', target: { role: 'searchbox' } },
    ],
    ['Press "Enter" to submit the form', { do: 'press', key: 'Enter' }],
    ['Type {enter} in the Name field', { do: 'press', key: 'Enter', target: field('Name') }],
  ],
  chooses: [
    ['Check "I agree"', { do: 'check', target: { name: 'I agree' } }],
    ['Tick the Terms checkbox', { do: 'check', target: { name: 'Terms', role: 'checkbox' } }],
    ['Uncheck Newsletter', { do: 'check', target: { name: 'Newsletter' }, on: false }],
    [
      'Turn off the Dark mode switch',
      { do: 'check', target: { name: 'Dark mode', role: 'switch' }, on: false },
    ],
    ['Toggle "Dark mode"', click({ name: 'Dark mode' })],
    [
      'Select "Canada" from the Country dropdown',
      { do: 'select', target: { name: 'Country', role: 'combobox' }, options: ['Canada'] },
    ],
    [
      'Choose Red, Green and Blue in Colours',
      { do: 'select', target: { name: 'Colours' }, options: ['Red', 'Green', 'Blue'] },
    ],
    ['Pick "Newest"', { do: 'select', options: ['Newest'] }],
    ['Pick "Newest" from the list', { do: 'select', options: ['Newest'] }],
    [
      'Choose the Express radio button',
      { do: 'check', target: { name: 'Express', role: 'radio' } },
    ],
    ['Select the Settings tab', click({ name: 'Settings', role: 'tab' })],
    [
      'Set the Volume slider to 70',
      { do: 'set', target: { name: 'Volume', role: 'slider' }, value: '70' },
    ],
    ['Set Arrival to 2030-05-01', { do: 'set', target: { name: 'Arrival' }, value: '2030-05-01' }],
    ['Set the Name field to Ada', fill(field('Name'), 'Ada')],
  ],
  'points and moves': [
    ['Hover over the Help button', { do: 'hover', target: button('Help') }],
    ['Focus the Name field', { do: 'focus', target: field('Name') }],
    ['Blur the Name field', { do: 'blur', target: field('Name') }],
    [
      'Drag the first card to the Done list',
      { do: 'drag', target: { name: 'card', nth: 1 }, to: { name: 'Done', role: 'list' } },
    ],
    [
      'Drag "Task 1" and drop it on "Done"',
      { do: 'drag', target: { name: 'Task 1' }, to: { name: 'Done' } },
    ],
    ['Scroll down', { do: 'scroll', direction: 'down' }],
    ['Scroll to the bottom of the page', { do: 'scroll', direction: 'bottom' }],
    ['Scroll up 300 pixels', { do: 'scroll', direction: 'up', pixels: 300 }],
    [
      'Scroll to the Billing section',
      { do: 'scroll', target: { name: 'Billing', role: 'region' } },
    ],
    ['Scroll "Terms" into view', { do: 'scroll', target: { name: 'Terms' } }],
  ],
  'handles files, dialogs and tabs': [
    [
      'Upload {{ steps.a.output.artifact }} to the CV field',
      {
        do: 'upload',
        target: field('CV'),
        files: [{ artifact: '{{ steps.a.output.artifact }}' }],
      },
    ],
    ['Download the invoice', { do: 'download', target: { name: 'invoice' } }],
    ['Click Export to download the file', { do: 'download', target: { name: 'Export' } }],
    ['Accept the next dialog', { do: 'dialog', accept: true }],
    ['Dismiss the alert', { do: 'dialog', accept: false }],
    ['Answer the prompt with Ada', { do: 'dialog', accept: true, text: 'Ada' }],
    ['Switch to tab 2', { do: 'switchTab', tab: 2 }],
    ['Switch to the new tab', { do: 'switchTab', tab: -1 }],
    ['Switch to the tab titled "Invoice"', { do: 'switchTab', tab: 'Invoice' }],
    ['Switch to the Settings tab', click({ name: 'Settings', role: 'tab' })],
    ['Close the tab', { do: 'closeTab' }],
    ['Close tab 2', { do: 'closeTab', tab: 2 }],
    ['Take a screenshot', { do: 'screenshot' }],
    ['Take a screenshot of the page as start', { do: 'screenshot', name: 'start' }],
    [
      'Take a screenshot of the Total section named "total"',
      { do: 'screenshot', target: { name: 'Total', role: 'region' }, name: 'total' },
    ],
    ['Take a full-page screenshot', { do: 'screenshot', fullPage: true }],
  ],
  waits: [
    ['Wait 2 seconds', { uses: 'wait', for: '2s' }],
    ['And wait 2 seconds', { uses: 'wait', for: '2s' }],
    ['When I wait 2 seconds', { uses: 'wait', for: '2s' }],
    ['Wait for element #done', { do: 'waitFor', target: { selector: '#done' } }],
    ['Wait until 2030-01-01T09:00:00Z', { uses: 'wait', until: '2030-01-01T09:00:00.000Z' }],
    ['Wait for approval: Is "x" visible?', { uses: 'approval', prompt: 'Is "x" visible?' }],
    ['Wait for signal paid', { uses: 'signal', name: 'paid' }],
    ['Wait until the page has loaded', { do: 'waitFor', loaded: true }],
    ['Wait for the page to load', { do: 'waitFor', loaded: true }],
    ['Wait until "Saved" appears', { do: 'waitFor', text: 'Saved' }],
    ['Wait for "Saved" to disappear', { do: 'waitFor', text: 'Saved', gone: true }],
    ['Wait for the Save button', { do: 'waitFor', target: button('Save') }],
    ['Wait until the spinner is gone', { do: 'waitFor', target: { name: 'spinner' }, gone: true }],
    [
      'Wait for the Results table to be visible within 20 seconds',
      { do: 'waitFor', target: { name: 'Results', role: 'table' }, timeout: '20s' },
    ],
    [
      'Wait up to 1 minute for the Save button to appear',
      { do: 'waitFor', target: button('Save'), timeout: '1m' },
    ],
    ['Wait until the URL contains /done', onPage('url', 'contains', '/done')],
    ['Wait until the Save button is enabled', state(button('Save'), 'enabled')],
  ],
  remembers: [
    [
      'Remember the text of the Total cell as total',
      { do: 'extract', target: { name: 'Total', role: 'cell' }, what: 'text', as: 'total' },
    ],
    [
      'Save the value of the Email field as {{ vars.email }}',
      { do: 'extract', target: field('Email'), what: 'value', as: 'email' },
    ],
    [
      'Store the number of rows in the Users table as users',
      {
        do: 'extract',
        target: { role: 'row', in: { name: 'Users', role: 'table' } },
        what: 'count',
        as: 'users',
      },
    ],
    ['Remember the page title as t', { do: 'extract', what: 'title', as: 't' }],
    ['Remember the URL as variable u', { do: 'extract', what: 'url', as: 'u' }],
    [
      'Remember the href of the Docs link as docs',
      {
        do: 'extract',
        target: { name: 'Docs', role: 'link' },
        what: 'attribute',
        attribute: 'href',
        as: 'docs',
      },
    ],
    [
      'Remember the Users table as users',
      { do: 'extract', target: { name: 'Users', role: 'table' }, what: 'table', as: 'users' },
    ],
    ['Extract the text of "Total"', { do: 'extract', target: { name: 'Total' }, what: 'text' }],
  ],
  claims: [
    ['Check that "Save" is visible', state({ name: 'Save' }, 'visible')],
    ['Verify the Save button is not visible', state(button('Save'), 'visible', { not: true })],
    ['Make sure the dialog is hidden', state({ role: 'dialog' }, 'visible', { not: true })],
    ['Assert that the Save button is enabled', state(button('Save'), 'enabled')],
    ['The Save button should be disabled', state(button('Save'), 'enabled', { not: true })],
    ['Expect the Save button not to be disabled', state(button('Save'), 'enabled')],
    ['Check that the Terms box is checked', state({ name: 'Terms', role: 'field' }, 'checked')],
    [
      'Ensure the Terms checkbox is unchecked',
      state({ name: 'Terms', role: 'checkbox' }, 'checked', { not: true }),
    ],
    ['"Canada" is selected', state({ name: 'Canada' }, 'selected')],
    ['The Profile tab should be active', state({ name: 'Profile', role: 'tab' }, 'selected')],
    ['The Name field should have focus', state(field('Name'), 'focused')],
    ['Check that the Name field is empty', state(field('Name'), 'empty')],
    ["The Name field isn't editable", state(field('Name'), 'editable', { not: true })],
    ['Check that the FAQ section is expanded', state({ name: 'FAQ', role: 'region' }, 'expanded')],
    ['Verify #error does not exist', state({ selector: '#error' }, 'visible', { not: true })],
    ['There should be no error', state({ name: 'error' }, 'visible', { not: true })],
    [
      'Verify that "Ada" appears in the list',
      state({ name: 'Ada', in: { role: 'list' } }, 'visible'),
    ],
    ['Check that the total is 10', text({ name: 'total' }, 'equals', '10')],
    ['The toast should contain "Saved"', text({ name: 'toast' }, 'contains', 'Saved')],
    [
      'The toast should not contain the text "Failed"',
      text({ name: 'toast' }, 'contains', 'Failed', { not: true }),
    ],
    ['Check that the total matches "^[0-9]+$"', text({ name: 'total' }, 'matches', '^[0-9]+$')],
    ['The total starts with "$"', text({ name: 'total' }, 'matches', '^\\$')],
    [
      'The Email field should have the value "a@b.test"',
      { do: 'assert', target: field('Email'), that: 'value', by: 'equals', expected: 'a@b.test' },
    ],
    [
      'Check that the Email field contains "@"',
      { do: 'assert', target: field('Email'), that: 'value', by: 'contains', expected: '@' },
    ],
    ['Check that there are 3 rows', count({ role: 'row' }, 3)],
    ['Verify the number of rows is 3', count({ role: 'row' }, 3)],
    ['I should see three rows', count({ role: 'row' }, 3)],
    ['The list should have 3 items', count({ role: 'listitem', in: { role: 'list' } }, 3)],
    ['Check that the URL contains "/done"', onPage('url', 'contains', '/done')],
    ['I should be on the login page', onPage('url', 'contains', 'https://shop.test/login')],
    ['The page title should be "Home"', onPage('title', 'equals', 'Home')],
    ['The title is not Home', onPage('title', 'equals', 'Home', { not: true })],
    ['The page should contain "Welcome"', onPage('text', 'contains', 'Welcome')],
    ['I should see "Welcome"', onPage('text', 'contains', 'Welcome')],
    ['Then the user sees "Welcome"', onPage('text', 'contains', 'Welcome')],
    ['I should not see "Error"', onPage('text', 'contains', 'Error', { not: true })],
    [
      'I should see "Ada" in the Users table',
      text({ name: 'Users', role: 'table' }, 'contains', 'Ada'),
    ],
    ['I should see a success notification', state({ name: 'success notification' }, 'visible')],
    [
      'The card should have the class "done"',
      { do: 'assert', target: { name: 'card' }, that: 'class', expected: 'done' },
    ],
    [
      'The Docs link should have the attribute "target" equal to "_blank"',
      {
        do: 'assert',
        target: { name: 'Docs', role: 'link' },
        that: 'attribute',
        attribute: 'target',
        by: 'equals',
        expected: '_blank',
      },
    ],
    [
      'Check that "Saved" is visible within 5 seconds',
      state({ name: 'Saved' }, 'visible', { timeout: '5s' }),
    ],
  ],
}

describe.each(Object.entries(families))('a sentence %s', (_family, rows) => {
  test.each(rows)('%s', (sentence, action) => {
    const reading = readingOf(sentence, pages)
    expect(reading).toEqual(action)
    if ('do' in action) expect(browserActionSchema.safeParse(reading).error).toBeUndefined()
  })
})

describe('a sentence that is refused', () => {
  const refused: readonly (readonly [sentence: string, code: string])[] = [
    ['Click', 'UNREADABLE_SENTENCE'],
    ['Click it', 'UNREADABLE_SENTENCE'],
    ['Open a new tab', 'UNREADABLE_SENTENCE'],
    ['Accept cookies', 'UNREADABLE_SENTENCE'],
    ['Click Save and type foo', 'UNREADABLE_SENTENCE'],
    ['Click the button that opens the menu', 'UNREADABLE_SENTENCE'],
    ['Enter credit card details', 'UNREADABLE_SENTENCE'],
    ['Verify both checkboxes are checked', 'UNREADABLE_SENTENCE'],
    ['Set the viewport to 400x600', 'UNREADABLE_SENTENCE'],
    ['Save the campaign', 'UNREADABLE_SENTENCE'],
    ['I should be on the billing page', 'UNREADABLE_SENTENCE'],
    ['Open shop.test', 'INVALID_VALUE'],
    ['Open file:///etc/passwd', 'INVALID_VALUE'],
    ['Remember the total as my-total', 'INVALID_VALUE'],
    ['Type {{ secrets.OTHER }} into Password', 'UNKNOWN_SECRET'],
  ]

  test.each(refused)('%s', (sentence, code) => {
    expect(readingOf(sentence, pages)).toBe(code)
  })
})
