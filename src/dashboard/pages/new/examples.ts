import type { Format } from './draft.ts'

/** What somebody may begin with. */
export interface Example {
  readonly name: string
  readonly format: Format
  readonly text: string
}

export const examples: readonly Example[] = [
  {
    name: 'Three sentences',
    format: 'sentences',
    text: 'Wait 1 second\nWait 2 seconds\nWait 500 ms\n',
  },
  {
    name: 'Side by side',
    format: 'yaml',
    text: `name: side-by-side
steps:
  - id: prepare
    uses: wait
    with: { for: 1s }
  - id: left
    uses: wait
    with: { for: 3s }
  - id: right
    dependsOn: [prepare]
    uses: wait
    with: { for: 2s }
  - id: join
    dependsOn: [left, right]
    uses: wait
    with: { for: 500ms }
`,
  },
  {
    name: 'A condition',
    format: 'yaml',
    text: `name: condition
inputs:
  size: { type: integer, default: 12 }
steps:
  - id: check
    uses: condition
    with:
      if: inputs.size > 10
      then: [big]
      else: [small]
  - id: big
    dependsOn: [check]
    uses: wait
    with: { for: 1s }
  - id: small
    dependsOn: [check]
    uses: wait
    with: { for: 1s }
`,
  },
  {
    name: 'Ask a person',
    format: 'yaml',
    text: `name: release
steps:
  - id: build
    uses: wait
    with: { for: 2s }
  - id: release
    uses: approval
    with:
      prompt: Shall this be released?
      schema:
        type: object
        required: [region]
        properties:
          region: { type: string, enum: [eu, us], title: Region }
          notify: { type: boolean, default: true, title: Notify everybody }
  - Wait 1 second
`,
  },
  {
    name: 'Call an address, with retries',
    format: 'json',
    text: `{
  "name": "fetch",
  "steps": [
    {
      "id": "fetch",
      "uses": "webhook",
      "with": { "method": "GET", "url": "https://example.com/" },
      "retry": { "maxAttempts": 3, "backoff": "exponential", "delay": "1s" }
    },
    "Wait 1 second"
  ]
}
`,
  },
]
