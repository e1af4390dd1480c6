import type { Phrase } from './phrase.ts'

/** `Wait for approval: Deploy to production?`, `Wait for signal paid`. */
export const peoplePhrases: readonly Phrase[] = [
  {
    form: 'Wait for approval: Deploy to production?',
    verbs: ['wait', 'ask'],
    pattern: /^(?:wait|ask)\s+for\s+approval\s*:\s*(\S.*)$/is,
    toStep: ([, prompt = '']) => ({ uses: 'approval', with: { prompt } }),
  },
  {
    form: 'Wait for signal paid',
    verbs: ['wait'],
    pattern: /^wait\s+for\s+signal\s+(\S+)$/i,
    toStep: ([, name = '']) => ({ uses: 'signal', with: { name } }),
  },
]
