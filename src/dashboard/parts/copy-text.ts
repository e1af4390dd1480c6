import copy from 'copy-to-clipboard'

/**
 * Puts a text where it can be pasted from, also where the page came over plain HTTP from another machine: browsers have no clipboard for
 * scripts there. Not every browser takes what was not begun with the click: a text that is yet to come is handed over as that.
 * @returns whether it is there
 */
export async function copyText(text: string | Promise<string>): Promise<boolean> {
  try {
    if (typeof text === 'string' || navigator.clipboard === undefined) return await copy(await text)
    const blob = text.then((content) => new Blob([content], { type: 'text/plain' }))
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])
    return true
  } catch {
    return false
  }
}
