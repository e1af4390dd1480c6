import type { ClaimWords } from '../language.ts'
import { predicates } from './predicates.ts'
import { subjects } from './subjects.ts'

const not = ['not']

export const claims: ClaimWords = {
  auxiliaries: new Set(
    'should must shall will would ought to do does did can could may might also now then still'.split(
      ' ',
    ),
  ),
  negations: [not, ['no', 'longer'], ['never'], ['no', 'more']],
  contractions: {
    "isn't": ['is', 'not'],
    "aren't": ['are', 'not'],
    "wasn't": ['was', 'not'],
    "doesn't": ['does', 'not'],
    "don't": ['do', 'not'],
    "didn't": ['did', 'not'],
    "hasn't": ['has', 'not'],
    "haven't": ['have', 'not'],
    "shouldn't": ['should', 'not'],
    "mustn't": ['must', 'not'],
    "won't": ['will', 'not'],
    "can't": ['can', 'not'],
    cannot: ['can', 'not'],
    "there's": ['there', 'is'],
    "it's": ['it', 'is'],
  },
  be: new Set(
    'is are be been being was were remain remains stay stays become becomes gets got'.split(' '),
  ),
  perfect: new Set(['has', 'have', 'had']),
  participles: new Set(['appeared', 'disappeared', 'vanished', 'gone', 'closed', 'been']),
  persons: new Set('i we you he she they user users somebody everyone'.split(' ')),
  notSubjects: new Set(
    'verify assert expect ensure confirm validate make check click type wait press given open fill enter select remember see'.split(
      ' ',
    ),
  ),
  predicates,
  there: new Set(['there']),
  none: new Set(['no']),
  exactly: new Set(['exactly', 'only', 'just']),
  subjects,
}
