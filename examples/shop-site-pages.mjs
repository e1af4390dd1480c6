// The pages of the shop in shop-site.mjs: what they are given, as HTML.

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem;color:#1b1f24;background:#fff}
nav ul{display:flex;gap:1rem;list-style:none;padding:0}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem;border-bottom:1px solid #ccc}
td form{margin:0}label{display:block;margin-top:.8rem}fieldset{margin-top:.8rem}
fieldset label,label.beside{display:inline-block;margin-right:1rem}
input,select,textarea,button{font:inherit}button{padding:.2rem .8rem;margin-top:.4rem}
[role=alert]{border-left:4px solid #b00020;padding-left:.6rem}[role=status]{border-left:4px solid #19692c;padding-left:.6rem}
:focus-visible{outline:3px solid #1a5fb4;outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{position:static}`

export const deliveries = {
  standard: 'Standard',
  express: 'Express',
  pickup: 'Pick up in the shop',
}
export const payments = { card: 'Card', invoice: 'Invoice', cash: 'Cash on delivery' }

export function money(cents) {
  return `€${(cents / 100).toFixed(2)}`
}

export function loginPage({ failed, next }) {
  const fault = failed ? '<p role="alert">The email or the password is wrong.</p>' : ''
  return page(
    'Sign in',
    `${fault}<form method="post" action="/login">
<input type="hidden" name="next" value="${text(next)}">
<label for="email">Email</label>
<input id="email" name="email" type="email" autocomplete="username" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="button" id="show" aria-pressed="false">Show password</button>
<p><button>Sign in</button></p>
</form>
<script>
document.getElementById('show').addEventListener('click', ({ currentTarget }) => {
  const field = document.getElementById('password')
  const isShown = field.type === 'text'
  field.type = isShown ? 'password' : 'text'
  currentTarget.setAttribute('aria-pressed', String(!isShown))
})
</script>`,
  )
}

export function accountPage({ person, orders }) {
  const items = orders.map(
    ({ number, total }) =>
      `<li><a href="/orders/${number}">Order ${number}</a>, ${money(total)}</li>`,
  )
  return page(
    'Your account',
    `<p>Welcome, ${text(person.name)}</p>
<h2>Your orders</h2>
${items.length === 0 ? '<p>You have not ordered anything yet.</p>' : `<ul>${items.join('')}</ul>`}
<form method="post" action="/logout"><button>Sign out</button></form>`,
  )
}

export function productsPage({ products, wanted, added }) {
  const status = added ? `<p role="status">${text(added)} is in your cart.</p>` : ''
  const rows = products.map(
    ({ id, name, price, stock }) => `<tr><th scope="row">${text(name)}</th><td>${money(price)}</td>
<td>${stock === 0 ? 'Sold out' : `${stock} in stock`}</td>
<td><form method="post" action="/cart"><input type="hidden" name="product" value="${id}">
<button${stock === 0 ? ' disabled' : ''}>Add to cart</button></form></td></tr>`,
  )
  const list = `<table><caption>Products</caption>
<thead><tr><th scope="col">Product</th><th scope="col">Price</th><th scope="col">Stock</th><td></td></tr></thead>
<tbody>${rows.join('')}</tbody></table>`
  return page(
    'Products',
    `${status}<form role="search" action="/products">
<label for="q">Search for a product</label>
<input id="q" name="q" type="search" value="${text(wanted)}"><button>Search</button></form>
${rows.length === 0 ? '<p>Nothing was found.</p>' : list}`,
  )
}

export function cartPage({ lines, total }) {
  if (lines.length === 0) return page('Your cart', '<p>Your cart is empty.</p>')
  const rows = lines.map(
    ({ id, name, price, count }) => `<tr><th scope="row">${text(name)}</th><td>${count}</td>
<td>${money(price * count)}</td><td><form method="post" action="/cart/remove">
<input type="hidden" name="product" value="${id}"><button>Remove</button></form></td></tr>`,
  )
  return page(
    'Your cart',
    `<table><caption>In your cart</caption>
<thead><tr><th scope="col">Product</th><th scope="col">Pieces</th><th scope="col">Price</th><td></td></tr></thead>
<tbody>${rows.join('')}</tbody></table>
<p>All together: <output aria-label="Total">${money(total)}</output></p>
<form method="post" action="/cart/empty"><button id="empty">Empty the cart</button></form>
<p><a href="/checkout">Go to checkout</a></p>
<script>
document.getElementById('empty').addEventListener('click', (event) => {
  if (!confirm('Take everything out of the cart?')) event.preventDefault()
})
</script>`,
  )
}

export function checkoutPage({ total, faults, today }) {
  const alert =
    faults.length === 0
      ? ''
      : `<div role="alert"><p>This is missing:</p><ul>${faults.map((fault) => `<li>${text(fault)}</li>`).join('')}</ul></div>`
  const options = Object.entries(deliveries).map(
    ([value, label]) => `<option value="${value}">${label}</option>`,
  )
  const radios = Object.entries(payments).map(
    ([value, label]) =>
      `<label><input type="radio" name="payment" value="${value}" required> ${label}</label>`,
  )
  return page(
    'Checkout',
    `${alert}<p>All together: <output aria-label="Total">${money(total)}</output></p>
<form method="post" action="/checkout" enctype="multipart/form-data">
<label for="name">Full name</label>
<input id="name" name="name" autocomplete="name" required>
<label for="street">Street and number</label>
<input id="street" name="street" autocomplete="street-address" required>
<label for="delivery">Delivery</label>
<select id="delivery" name="delivery">${options.join('')}</select>
<label for="date">Delivery date</label>
<input id="date" name="date" type="date" min="${today}" required>
<fieldset><legend>Payment</legend>${radios.join('')}</fieldset>
<label for="notes">Notes</label>
<textarea id="notes" name="notes" rows="3"></textarea>
<label for="file">Purchase order</label>
<input id="file" name="file" type="file" aria-describedby="file-note">
<p id="file-note">A file of up to 1 MB, if your company needs one.</p>
<p><label class="beside"><input type="checkbox" name="gift" value="yes"> Gift wrap</label>
<label class="beside"><input type="checkbox" name="terms" value="yes" required> Terms</label></p>
<p><button>Place order</button></p>
</form>`,
  )
}

export function orderPage(order) {
  const { number, name, street, delivery, date, payment, notes, file, gift, lines, total } = order
  const details = {
    Name: name,
    Street: street,
    Delivery: deliveries[delivery],
    'Delivery date': date,
    Payment: payments[payment],
    Notes: notes || 'none',
    'Purchase order': file || 'none',
    'Gift wrap': gift ? 'yes' : 'no',
    Products: lines.map((line) => `${line.count} × ${line.name}`).join(', '),
  }
  const list = Object.entries(details).map(
    ([term, value]) => `<dt>${term}</dt><dd>${text(value)}</dd>`,
  )
  return page(
    'Thank you',
    `<p role="status">Order ${number} is on its way.</p>
<dl>${list.join('')}</dl>
<p>All together: <output aria-label="Total">${money(total)}</output></p>
<p><a href="/orders/${number}/invoice" download>Download invoice</a></p>`,
  )
}

export function invoice({ number, name, street, lines, total }) {
  const rows = lines.map(
    (line) => `${line.count} x ${line.name}: ${money(line.price * line.count)}`,
  )
  return `Invoice ${number}\n\n${name}\n${street}\n\n${rows.join('\n')}\n\nTotal: ${money(total)}\n`
}

export function faultPage(title, detail) {
  return page(title, `<p>${text(detail)}</p>`)
}

function page(title, body) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · Mugs and more</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><nav aria-label="Shop"><ul>
<li><a href="/products">Products</a></li><li><a href="/cart">Cart</a></li><li><a href="/account">Account</a></li>
</ul></nav></header>
<main id="main" tabindex="-1">
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`
}

function text(value) {
  return String(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
