import { Link } from '@tanstack/react-router'
import {
  Activity,
  Blocks,
  CalendarClock,
  ChartColumn,
  Cpu,
  Inbox,
  Layers,
  ListTree,
  type LucideIcon,
  Plus,
  Workflow,
} from 'lucide-react'
import { useInboxCount } from '../api/inbox.ts'

const places: readonly (readonly [to: string, name: string, icon: LucideIcon])[] = [
  ['/sessions', 'Sessions', ListTree],
  ['/new', 'New session', Plus],
  ['/inbox', 'Inbox', Inbox],
  ['/workflows', 'Workflows', Workflow],
  ['/schedules', 'Schedules', CalendarClock],
  ['/batches', 'Batches', Layers],
  ['/reports', 'Reports', ChartColumn],
  ['/workers', 'Workers', Cpu],
  ['/executors', 'Executors', Blocks],
  ['/health', 'Health', Activity],
]

export function Navigation({ onGo }: { readonly onGo: () => void }) {
  const waiting = useInboxCount()
  return (
    <nav aria-label="Pages">
      {places.map(([to, name, Icon]) => (
        <Link key={to} to={to} onClick={onGo} activeOptions={{ includeSearch: false }}>
          <Icon size={16} aria-hidden="true" />
          {name}
          {to === '/inbox' && waiting !== undefined && waiting.count > 0 ? (
            <span className="count">
              {waiting.count}
              {waiting.more ? '+' : ''}
              <span className="visually-hidden"> waiting</span>
            </span>
          ) : null}
        </Link>
      ))}
    </nav>
  )
}
