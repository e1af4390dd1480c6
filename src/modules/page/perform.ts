import type { BrowserAction } from '../browser-actions/types.ts'
import type { Acting, Done } from './acting.ts'
import { check } from './actions/checking.ts'
import { claim } from './actions/claiming.ts'
import { download } from './actions/downloading.ts'
import { extract } from './actions/extracting.ts'
import { clear, fill } from './actions/filling.ts'
import { back, forward, open, reload } from './actions/opening.ts'
import { screenshot } from './actions/photographing.ts'
import { blur, click, drag, focus, hover, pressKey } from './actions/pressing.ts'
import { scroll } from './actions/scrolling.ts'
import { select } from './actions/selecting.ts'
import { setValue } from './actions/setting.ts'
import { answerDialog, closeTab, switchTab } from './actions/tabs.ts'
import { upload } from './actions/uploading.ts'
import { waitFor } from './actions/waiting.ts'

/** Does one action of the closed list. */
export function perform(
  acting: Acting,
  action: BrowserAction,
  maxDownloadBytes: number,
): Promise<Done> {
  switch (action.do) {
    case 'open':
      return open(acting, action)
    case 'back':
      return back(acting)
    case 'forward':
      return forward(acting)
    case 'reload':
      return reload(acting)
    case 'click':
      return click(acting, action)
    case 'hover':
      return hover(acting, action)
    case 'focus':
      return focus(acting, action)
    case 'blur':
      return blur(acting, action)
    case 'fill':
      return fill(acting, action)
    case 'clear':
      return clear(acting, action)
    case 'press':
      return pressKey(acting, action)
    case 'check':
      return check(acting, action)
    case 'select':
      return select(acting, action)
    case 'set':
      return setValue(acting, action)
    case 'drag':
      return drag(acting, action)
    case 'scroll':
      return scroll(acting, action)
    case 'upload':
      return upload(acting, action)
    case 'download':
      return download(acting, action, maxDownloadBytes)
    case 'dialog':
      return answerDialog(acting, action)
    case 'switchTab':
      return switchTab(acting, action)
    case 'closeTab':
      return closeTab(acting, action)
    case 'waitFor':
      return waitFor(acting, action)
    case 'extract':
      return extract(acting, action)
    case 'assert':
      return claim(acting, action)
    case 'screenshot':
      return screenshot(acting, action)
  }
}
