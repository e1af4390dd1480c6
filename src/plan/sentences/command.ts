import type { Phrase } from './phrase.ts'
import { splitWords } from './words.ts'

/** ``Run `git status` ``: the command in backquotes or quotes, so that its end is certain. */
export const commandPhrases: readonly Phrase[] = [
  {
    form: 'Run `git status`',
    verbs: ['run', 'execute', 'exec'],
    pattern: /^(?:run|execute)\s+([`"'])(.*)\1$/is,
    toStep([, , line = '']) {
      const words = splitWords(line)
      return 'code' in words ? words : { uses: 'command', with: { run: words } }
    },
  },
]
