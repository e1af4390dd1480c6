import openapiTypescript, { astToString } from 'stepstream-openapi-types'
import type { Document } from './document.ts'
import { openapi } from './openapi.ts'

const head = `/**
 * The HTTP interface as types. Made of openapi.yaml by \`npm run generate\`; edit the routes instead.
 */

`

/** What the client is typed by. */
export const apiTypes: Document = {
  path: 'src/client/api-types.ts',
  async render() {
    const nodes = await openapiTypescript(await openapi.render(), { defaultNonNullable: false })
    return head + astToString(nodes)
  },
}
