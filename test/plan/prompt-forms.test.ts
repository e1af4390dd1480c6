import { expect, test } from 'vitest'
import { browserActionSchema } from '../../src/modules/browser-actions/types.ts'
import { readingOf } from './browser-planning.ts'

/**
 * The forms that Cypress documents for steps of `cy.prompt` (docs.cypress.io/api/commands/prompt, what
 * steps can do, command options, examples), each with words of our own in it.
 */
const forms: Readonly<Record<string, readonly string[]>> = {
  navigation: [
    'visit https://shop.test/start',
    'navigate to /orders',
    'visit the order list page',
    'go to "/orders" with a timeout of 12 seconds',
    'visit the help centre',
  ],
  clicks: [
    'click the checkout button',
    'hit the "+" button',
    'click the button containing "Remove"',
    'expand the Delivery section',
    'close the Returns section',
    'switch to the Reviews tab',
    'force click the order button',
    'double click the lamp image',
    'right click the invoice item',
    'click on the second search result',
    'click the cart icon',
    'press the pay button in the form',
    'click the help button in the header',
    'open the Offers tab',
    'click Log out',
  ],
  typing: [
    'type "ada@shop.test" in the email field',
    'type {enter} in the coupon field',
    'write "7" in the number field',
    'put "leave at the door" in the textarea',
    'fill the search input with "lamp"',
    'force type "x" in the hidden input',
    'clear the coupon field',
    'focus on the search input',
    'blur the coupon input',
    'type {{ inputs.coupon }} in the coupon field',
    'type "{{ inputs.coupon }}" in the search input',
  ],
  controls: [
    'select "France" from the country dropdown',
    'pick "Blue" from the list',
    'choose "Cheapest" from the suggestions',
    'check "Gift wrap"',
    'uncheck "Send me offers"',
    'toggle the "Express" switch',
    'toggle on the "Reminders" switch',
    'submit the address form',
    'force check the "Gift wrap" checkbox',
    'force uncheck the "Offers" checkbox',
    'select express shipping',
    'filter by colour "Blue"',
    'sort by price low to high',
    'search for "desk lamp"',
    'look for "chair"',
  ],
  'pointer and keys': [
    'scroll the reviews section into view',
    'scroll to the last review in the list',
    'press "Tab" to focus the next field',
    'press "Enter" to choose the current selection',
    'hover over the "Account" button',
    'trigger a mousemove event on the .price-chart',
    'set the viewport to 800x600',
    'wait 3 seconds',
    'wait 250 milliseconds',
    'wait for @orders alias',
    'dismiss the modal using a timeout of 8 seconds',
  ],
  verification: [
    'make sure the order button is visible',
    'verify an alert exists',
    'expect the notification to contain the text "Order placed"',
    'confirm that the [data-test="sum"] element has the text "12.00"',
    'the toast should not contain the text "Declined"',
    'the current URL should be "https://shop.test/thanks"',
    'I expect the email field to have the value "ada@shop.test"',
    'verify the "Gift wrap" input is disabled',
    'the "Pay" button should be enabled',
    'now the order should have the class "paid"',
    'assert the "Gift wrap" checkbox is checked',
    'validate that the #coupon-error is empty',
    'the "Reviews" tab should be active',
    'the modal ought to be displayed',
    'verify both switches are checked',
    'the search input should have focus',
    'and "France" is selected',
    'ensure that the counter shows 2',
    'verify the counter has the id "count"',
    'confirm that the receipt includes HTML "<b class="sum">"',
    'verify #coupon-error does not exist',
    'the ".spinner" should not exist',
    'make sure the "Declined" message does not exist',
    'confirm "Undo" button does not exist',
    'verify the success message "Thank you" appears',
    'verify the basket icon shows 2 articles',
    'verify the sort indicator is "Price: low to high"',
    'verify the product count is 12',
    'verify the search results contain "lamp"',
    'verify the search results does not contain "chair"',
    'verify the express toggle is in the on position',
    'verify the order "Lamp" appears in the list',
    'verify we are redirected to "/thanks"',
  ],
  Gherkin: [
    'Given the user is on the "/checkout" page',
    'When the user enters "Ada" in the name field',
    'And the user enters {{ inputs.password }} in the confirm password field',
    'And the user selects "France" from the country dropdown',
    'And the user checks the terms and conditions checkbox',
    'And the user clicks the "Pay" button',
    'Then the user should see a success notification',
    'And the user should be added to the customer list',
  ],
}

/** What needs to be understood, or what a browser step cannot do. */
const notRead = [
  'filter by colour "Blue"',
  'sort by price low to high',
  'trigger a mousemove event on the .price-chart',
  'set the viewport to 800x600',
  'wait for @orders alias',
  'verify both switches are checked',
  'confirm that the receipt includes HTML "<b class="sum">"',
  'And the user should be added to the customer list',
]

test('nine of ten forms of cy.prompt are read without an AI, and these are the others', () => {
  const all = Object.values(forms).flat()
  const readings = all.map((sentence) => ({ sentence, reading: readingOf(sentence) }))
  const unread = readings.filter(({ reading }) => typeof reading === 'string')
  expect(unread.map(({ sentence }) => sentence)).toEqual(notRead)
  expect((all.length - unread.length) / all.length).toBeGreaterThanOrEqual(0.9)
  const actions = readings.filter(({ reading }) => Object.hasOwn(Object(reading), 'do'))
  const invalid = actions.filter(({ reading }) => !browserActionSchema.safeParse(reading).success)
  expect(invalid).toEqual([])
})

test('the one step that the originals show is read', () => {
  expect(readingOf('Open login page')).toEqual({ do: 'open', page: 'login' })
})
