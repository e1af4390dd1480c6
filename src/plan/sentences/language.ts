import type { JsonObject } from '../../json.ts'
import type { ActionName, Target, TargetRole } from '../../modules/browser-actions/types.ts'
import type { Complaint } from './phrase.ts'
import type { Token } from './tokens.ts'

/** What a word for a kind of element means. */
export interface RoleWord {
  readonly role?: TargetRole
  /** For a kind that has no role among ours. */
  readonly selector?: string
  /**
   * `control`: the word after a name is never part of it ("Sign in button"). `part`: it may be, so
   * it is taken for a kind only behind an article or a quoted name ("the Orders table"). `noun`: it
   * says nothing about the element ("the message “Saved”").
   */
  readonly kind: 'control' | 'part' | 'noun'
}

/** An action as a step writes it: what `browserActionSchema` takes. */
export type WrittenAction = JsonObject & { readonly do: ActionName }

/** A claim about the page or an element, which an assertion checks and a wait waits for. */
export interface Claim {
  readonly target?: Target
  readonly that: 'text' | 'value' | 'state' | 'count' | 'url' | 'title' | 'attribute' | 'class'
  readonly state?: string
  readonly by?: 'equals' | 'contains' | 'matches'
  readonly expected?: string | number
  readonly attribute?: string
  readonly not?: true
}

/** What the words of a language help to read, for its rules. */
export interface Reader {
  readonly pages: ReadonlyMap<string, string>
  hasSecret(name: string): boolean
  /** A noun phrase; undefined when it is none. */
  target(tokens: readonly Token[] | undefined): Target | undefined
  /** A kind of element and nothing else: "rows". */
  kind(tokens: readonly Token[] | undefined): Target | undefined
  /** Whether all of the page is meant. */
  isPage(tokens: readonly Token[] | undefined): boolean
  claim(tokens: readonly Token[] | undefined): Claim | undefined
  /** A quoted text, an expression, or words as they stand. */
  value(tokens: readonly Token[] | undefined): string | undefined
  /** The same, but words only where they are quoted or an expression. */
  marked(tokens: readonly Token[] | undefined): string | undefined
  /** A number, written in digits or as a word. */
  number(tokens: readonly Token[] | undefined): number | undefined
  /** "5 seconds" as "5s". */
  duration(tokens: readonly Token[] | undefined): string | undefined
}

/** What the sentence says around what it says to do. */
export interface Surroundings {
  /** It tells what is so before anything is done: "Given …". */
  readonly given: boolean
  /** It ends in "and press Enter". */
  readonly submit: boolean
}

export type RuleReading = WrittenAction | Complaint | undefined

/** One form of sentence and what it comes to. */
export interface Rule {
  /** The form as people see it, with examples in the place of what varies. */
  readonly form: string
  /** See `FormPattern`; each begins with a word. */
  readonly patterns: readonly string[]
  /** Undefined where the sentence turns out to have another form. */
  read(
    slots: Readonly<Record<string, readonly Token[]>>,
    reader: Reader,
    around: Surroundings,
  ): RuleReading
}

/** The words for how a claim is made: "should not be visible". */
export interface ClaimWords {
  /** May stand before the verb: "should", "does". */
  readonly auxiliaries: ReadonlySet<string>
  readonly negations: readonly (readonly string[])[]
  readonly contractions: Readonly<Record<string, readonly string[]>>
  /** "has", where one of the participles follows. */
  readonly perfect: ReadonlySet<string>
  readonly participles: ReadonlySet<string>
  /** All forms of "to be". */
  readonly be: ReadonlySet<string>
  /** Who is nobody on the page: "I", "the user". */
  readonly persons: ReadonlySet<string>
  /** Verbs that begin no subject of a claim made without "check that". */
  readonly notSubjects: ReadonlySet<string>
  readonly predicates: readonly Predicate[]
  /** "There", where a sentence begins by saying that something is. */
  readonly there: ReadonlySet<string>
  /** "no", in the place of an article. */
  readonly none: ReadonlySet<string>
  /** "exactly", before a number. */
  readonly exactly: ReadonlySet<string>
  /** "the title", "the address of the page", and what is of an element: "the text of …". */
  readonly subjects: readonly Subject[]
}

/** What may be said of a subject; patterns begin with a verb, all forms of "to be" written as `be`. */
export interface Predicate {
  readonly patterns: readonly string[]
  read(
    slots: Readonly<Record<string, readonly Token[]>>,
    reader: Reader,
    subject: ClaimSubject,
  ): Claim | undefined
}

export interface ClaimSubject {
  /** Absent: the page. */
  readonly target?: Target | undefined
  /** What of it: its title, the value of a field. */
  readonly of?: { readonly that: Claim['that']; readonly attribute?: string } | undefined
  /** "3 rows": so many of the target. */
  readonly count?: number | undefined
}

export interface Subject {
  readonly patterns: readonly string[]
  read(slots: Readonly<Record<string, readonly Token[]>>, reader: Reader): ClaimSubject | undefined
}

/** The words for elements and where they are. */
export interface NounWords {
  readonly determiners: ReadonlySet<string>
  readonly roles: ReadonlyMap<string, RoleWord>
  readonly ordinals: ReadonlyMap<string, number>
  /** "3rd" as 3. */
  ordinalOf(word: string): number | undefined
  /** What "first" is a part of the name with: "first name". */
  readonly notAfterOrdinal: ReadonlySet<string>
  /** Before what holds the element: "in the dialog". */
  readonly inside: ReadonlySet<string>
  /** Between a kind and its name: "row of Ada". */
  readonly of: ReadonlySet<string>
  /** The same with more words: "button labelled Save". */
  readonly naming: readonly string[]
  readonly nextTo: readonly string[]
  /** By which attribute it is known: "with the class danger". */
  readonly attributes: readonly {
    readonly patterns: readonly string[]
    selectorOf(value: string): string
  }[]
  /** Phrases that mean all of the page: "on the page". */
  readonly wholePage: ReadonlySet<string>
  /** What no unquoted name begins with. */
  readonly notFirst: ReadonlySet<string>
  /** What no unquoted name ends with. */
  readonly notLast: ReadonlySet<string>
  /** What no unquoted name holds: the sentence goes on with something else. */
  readonly notInside: ReadonlySet<string>
  readonly and: ReadonlySet<string>
  /** Verbs that after "and" begin another action. */
  readonly anotherAction: ReadonlySet<string>
}

/** What a sentence may begin and end with, around what it says to do. */
export interface FrameWords {
  /** "Given", "When", "and", "please". */
  readonly prefixes: readonly string[]
  /** The same where a comma follows: "Next, click Save". */
  readonly hedged: readonly string[]
  readonly given: ReadonlySet<string>
  /** Who does it: stripped before any verb. */
  readonly speakers: readonly string[]
  /** Who does it: stripped before a verb in the third person. */
  readonly others: readonly string[]
  /** "can", "want to", after who does it. */
  readonly modals: readonly string[]
  /** With the slots `rest` and `time`. */
  readonly timeouts: readonly string[]
  /** With the slot `rest`. */
  readonly submits: readonly string[]
}

/** A language that sentences can be written in: tables, no more. */
export interface Language {
  readonly rules: readonly Rule[]
  readonly nouns: NounWords
  readonly claims: ClaimWords
  readonly frame: FrameWords
  readonly numbers: ReadonlyMap<string, number>
  /** The forms that a verb may have: "click", "clicks". */
  inflect(verb: string): readonly string[]
  /** Words on buttons, which people write as if they were steps: "Save the order". */
  readonly buttonWords: ReadonlySet<string>
  /** Forms to show where a sentence resembles none. */
  readonly commonForms: readonly string[]
}
