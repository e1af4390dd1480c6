import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type UIEvent, useEffect, useRef } from 'react'

/** What a list shows: an array, or what makes its items when they are looked at. */
export interface Rows<T> {
  readonly length: number
  at(index: number): T | undefined
}

/** Rows of which only those in sight are in the page. */
export function VirtualList<T>({
  items,
  rowHeight,
  keyOf,
  children,
  label,
  isFollowing = false,
  onLeaveEnd,
  onShow,
}: {
  readonly items: Rows<T>
  /** In px; a row that is higher is measured. */
  readonly rowHeight: number
  readonly keyOf: (item: T) => string | number
  readonly children: (item: T) => ReactNode
  readonly label: string
  /** Whether it stays at its end when more comes. */
  readonly isFollowing?: boolean
  /** Somebody has scrolled away from the end. */
  readonly onLeaveEnd?: () => void
  /** Told of the first and the last row in sight, and a few around them. */
  readonly onShow?: (first: number, last: number) => void
}) {
  const frame = useRef<HTMLDivElement>(null)
  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => {
      const item = items.at(index)
      return item === undefined ? index : keyOf(item)
    },
  })
  const { length } = items
  useEffect(() => {
    if (isFollowing && length > 0) list.scrollToIndex(length - 1, { align: 'end' })
  }, [isFollowing, length, list])
  const inSight = list.getVirtualItems()
  const [first, last] = [inSight[0]?.index, inSight.at(-1)?.index]
  useEffect(() => {
    if (first !== undefined && last !== undefined) onShow?.(first, last)
  }, [first, last, onShow])
  const lastTop = useRef(0)
  const onScroll = ({ currentTarget: { scrollTop } }: UIEvent<HTMLDivElement>) => {
    if (scrollTop < lastTop.current - 4) onLeaveEnd?.()
    lastTop.current = scrollTop
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key
    <section className="virtual" ref={frame} onScroll={onScroll} tabIndex={0} aria-label={label}>
      <div className="virtual-rows" style={{ height: `${list.getTotalSize()}px` }}>
        {inSight.map(({ key, index, start }) => {
          const item = items.at(index)
          if (item === undefined) return null
          return (
            <div
              key={key}
              className="virtual-row"
              ref={list.measureElement}
              data-index={index}
              style={{ transform: `translateY(${start}px)` }}
            >
              {children(item)}
            </div>
          )
        })}
      </div>
    </section>
  )
}
