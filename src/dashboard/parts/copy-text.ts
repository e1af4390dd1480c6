import copy from 'copy-to-clipboard'

/**
 * Puts a text where it can be pasted from, also where the page came over plain HTTP from another machine: browsers have no clipboard for
 * scripts there. Not every browser takes what was not begun with the click: a text that is yet to come is handed over as that.
 * @returns whether it is there
 */
export async function copyText(text: string | Promise<string>): Promise<boolean> {
  if (typeof text === 'string' || navigator.clipboard === undefined) return copy(await text)
  const blob = text.then((content) => new Blob([content], { type: 'text/plain' }))
  return navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]).then(
    () => true,
    () => false,
  )
}
