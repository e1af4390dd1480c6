import type { PageNode } from './page-node.ts'
import type { ObservedNode } from './types.ts'

/** The nodes as whoever decides gets them: without what people do not see. */
export function observedNodes(nodes: readonly PageNode[]): ObservedNode[] {
  return nodes.flatMap((node) => {
    const children = observedNodes(node.children)
    return node.hidden ? children : [observed(node, children)]
  })
}

function observed(node: PageNode, children: ObservedNode[]): ObservedNode {
  const { role, name, text, value, states, url, placeholder, box, clickable, ref } = node
  return {
    ...(ref === undefined ? {} : { ref }),
    role,
    ...(name === '' ? {} : { name }),
    ...(text === '' ? {} : { text }),
    ...(value === undefined ? {} : { value }),
    states,
    ...(url === undefined ? {} : { url }),
    ...(placeholder === undefined ? {} : { placeholder }),
    ...(box === undefined ? {} : { box }),
    ...(clickable ? { clickable } : {}),
    children,
  }
}
