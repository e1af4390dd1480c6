import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type UIEvent, useEffect, useRef } from 'react'

/** Rows of which only those in sight are in the page. */
export function VirtualList<T>({
  items,
  rowHeight,
  keyOf,
  children,
  label,
  isFollowing = false,
  onLeaveEnd,
}: {
  readonly items: readonly T[]
  /** In px; a row that is higher is measured. */
  readonly rowHeight: number
  readonly keyOf: (item: T) => string | number
  readonly children: (item: T) => ReactNode
  readonly label: string
  /** Whether it stays at its end when more comes. */
  readonly isFollowing?: boolean
  /** Somebody has scrolled away from the end. */
  readonly onLeaveEnd?: () => void
}) {
  const frame = useRef<HTMLDivElement>(null)
  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (index) => {
      const item = items[index]
      return item === undefined ? index : keyOf(item)
    },
  })
  const { length } = items
  useEffect(() => {
    if (isFollowing && length > 0) list.scrollToIndex(length - 1, { align: 'end' })
  }, [isFollowing, length, list])
  const lastTop = useRef(0)
  const onScroll = ({ currentTarget: { scrollTop } }: UIEvent<HTMLDivElement>) => {
    if (scrollTop < lastTop.current - 4) onLeaveEnd?.()
    lastTop.current = scrollTop
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key
    <section className="virtual" ref={frame} onScroll={onScroll} tabIndex={0} aria-label={label}>
      <div className="virtual-rows" style={{ height: `${list.getTotalSize()}px` }}>
        {list.getVirtualItems().map(({ key, index, start }) => {
          const item = items[index]
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
