import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/parts.css'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { isUnauthenticated, UnreachableError } from './api/problem.ts'
import { applyTheme } from './parts/theme.ts'
import { createAppRouter } from './router.tsx'

applyTheme()

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => isUnauthenticated(error) && askToSignIn() }),
  defaultOptions: {
    queries: {
      // The banner says when the service is away, and all is asked for anew when it is back.
      retry: (count, error) => error instanceof UnreachableError && count < 2,
      networkMode: 'always',
      staleTime: 1000,
    },
    mutations: { networkMode: 'always' },
  },
})
const router = createAppRouter()

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no place for the dashboard')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)

/** Whoever has signed in comes back to where they were. */
function askToSignIn(): void {
  const { pathname, href } = router.state.location
  if (pathname !== '/sign-in') void router.navigate({ to: '/sign-in', search: { to: href } })
}
