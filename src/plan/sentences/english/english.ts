import type { Language } from '../language.ts'
import { checkRules } from './checks.ts'
import { choiceRules } from './choices.ts'
import { claims } from './claims.ts'
import { findRules } from './finds.ts'
import { frame, inflect, numbers } from './frame.ts'
import { keyRules } from './keys.ts'
import { navigationRules } from './navigation.ts'
import { nouns } from './nouns.ts'
import { pageRules } from './page.ts'
import { pointerRules } from './pointer.ts'
import { surroundingsRules } from './surroundings.ts'
import { typingRules } from './typing.ts'
import { waitRules } from './waits.ts'

/** English. Of two rules that read a sentence the one further up counts. */
export const english: Language = {
  rules: [
    ...surroundingsRules,
    ...navigationRules,
    ...keyRules,
    ...typingRules,
    ...pageRules,
    ...checkRules,
    ...choiceRules,
    ...pointerRules,
    ...waitRules,
    ...findRules,
  ],
  nouns,
  claims,
  frame,
  numbers,
  inflect,
  buttonWords: new Set(
    'save cancel delete remove add create edit update continue next apply send done ok submit finish'.split(
      ' ',
    ),
  ),
  commonForms: ['Open https://example.com', 'Click the Sign in button', 'Wait 2 seconds'],
}
