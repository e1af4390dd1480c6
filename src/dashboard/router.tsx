import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { Empty, Loading } from './parts/empty.tsx'
import { ProblemNote } from './parts/problem-note.tsx'
import { readSearch } from './parts/search.ts'
import { Shell } from './shell/shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/sessions' })
  },
})

const sessions = createRoute({
  getParentRoute: () => root,
  path: '/sessions',
  validateSearch: readSearch(
    'status',
    'name',
    'workflow',
    'label',
    'batch',
    'schedule',
    'hook',
    'parent',
    'createdAfter',
    'createdBefore',
    'cursor',
  ),
  component: lazyRouteComponent(() => import('./pages/sessions/sessions-page.tsx'), 'SessionsPage'),
})

const session = createRoute({
  getParentRoute: () => root,
  path: '/sessions/$id',
  validateSearch: readSearch('view', 'step', 'atSeq', 'find', 'types', 'of'),
  component: lazyRouteComponent(() => import('./pages/session/session-page.tsx'), 'SessionPage'),
})

const create = createRoute({
  getParentRoute: () => root,
  path: '/new',
  validateSearch: readSearch('workflow', 'view'),
  component: lazyRouteComponent(() => import('./pages/new/new-page.tsx'), 'NewPage'),
})

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  validateSearch: readSearch('kind'),
  component: lazyRouteComponent(() => import('./pages/inbox/inbox-page.tsx'), 'InboxPage'),
})

const workflows = createRoute({
  getParentRoute: () => root,
  path: '/workflows',
  component: lazyRouteComponent(
    () => import('./pages/workflows/workflows-page.tsx'),
    'WorkflowsPage',
  ),
})

const workflow = createRoute({
  getParentRoute: () => root,
  path: '/workflows/$name',
  validateSearch: readSearch('version', 'against'),
  component: lazyRouteComponent(
    () => import('./pages/workflows/workflow-page.tsx'),
    'WorkflowPage',
  ),
})

const editWorkflow = createRoute({
  getParentRoute: () => root,
  path: '/workflows/$name/edit',
  validateSearch: readSearch('view'),
  component: lazyRouteComponent(
    () => import('./pages/workflows/edit-workflow-page.tsx'),
    'EditWorkflowPage',
  ),
})

const schedules = createRoute({
  getParentRoute: () => root,
  path: '/schedules',
  component: lazyRouteComponent(
    () => import('./pages/schedules/schedules-page.tsx'),
    'SchedulesPage',
  ),
})

const schedule = createRoute({
  getParentRoute: () => root,
  path: '/schedules/$id',
  component: lazyRouteComponent(
    () => import('./pages/schedules/schedule-page.tsx'),
    'SchedulePage',
  ),
})

const batches = createRoute({
  getParentRoute: () => root,
  path: '/batches',
  component: lazyRouteComponent(() => import('./pages/batches/batches-page.tsx'), 'BatchesPage'),
})

const batch = createRoute({
  getParentRoute: () => root,
  path: '/batches/$id',
  component: lazyRouteComponent(() => import('./pages/batches/batch-page.tsx'), 'BatchPage'),
})

const workers = createRoute({
  getParentRoute: () => root,
  path: '/workers',
  component: lazyRouteComponent(() => import('./pages/workers-page.tsx'), 'WorkersPage'),
})

const executors = createRoute({
  getParentRoute: () => root,
  path: '/executors',
  validateSearch: readSearch('find'),
  component: lazyRouteComponent(() => import('./pages/executors-page.tsx'), 'ExecutorsPage'),
})

const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  validateSearch: readSearch('since', 'workflow', 'name', 'label'),
  component: lazyRouteComponent(() => import('./pages/reports/reports-page.tsx'), 'ReportsPage'),
})

const health = createRoute({
  getParentRoute: () => root,
  path: '/health',
  component: lazyRouteComponent(() => import('./pages/health-page.tsx'), 'HealthPage'),
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSearch('to'),
  component: lazyRouteComponent(() => import('./pages/sign-in.tsx'), 'SignInPage'),
})

const routeTree = root.addChildren([
  home,
  sessions,
  session,
  create,
  inbox,
  workflows,
  workflow,
  editWorkflow,
  schedules,
  schedule,
  batches,
  batch,
  workers,
  executors,
  reports,
  health,
  signIn,
])

export function createAppRouter() {
  return createRouter({
    routeTree,
    defaultPreload: 'intent',
    defaultPendingComponent: Loading,
    defaultErrorComponent: ({ error }) => <ProblemNote error={error} />,
    // What is searched for is text: a name of digits stays what was typed.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (values) => {
      const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== '')
      const query = new URLSearchParams(set as [string, string][]).toString()
      return query === '' ? '' : `?${query}`
    },
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}

function NotFound() {
  return (
    <Empty title="There is nothing at this address">
      <a href="/sessions">To the sessions</a>
    </Empty>
  )
}
