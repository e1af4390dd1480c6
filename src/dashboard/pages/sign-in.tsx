import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useSignInWith } from '../api/sign-in.ts'
import { Button } from '../parts/button.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'

/** Makes a cookie of a key, which no script can read. */
export function SignInPage() {
  const { to = '/sessions' } = useSearch({ strict: false }) as { to?: string }
  const [key, setKey] = useState('')
  const signIn = useSignInWith()
  const navigate = useNavigate()
  return (
    <form
      className="card padded stack sign-in"
      onSubmit={(event) => {
        event.preventDefault()
        signIn.mutate(key, {
          onSuccess: () => void navigate({ href: isOwn(to) ? to : '/sessions', replace: true }),
        })
      }}
    >
      <PageHead
        title="Sign in"
        lead="With a key of this service. It stays in this browser for 12 hours."
      />
      <label className="field">
        <span>Key</span>
        <input
          className="input mono"
          type="password"
          autoComplete="current-password"
          required
          value={key}
          placeholder="sk_…"
          onChange={({ target }) => setKey(target.value)}
        />
      </label>
      <ProblemNote error={signIn.error} />
      <Button type="submit" look="primary" disabled={signIn.isPending || key === ''}>
        Sign in
      </Button>
    </form>
  )
}

/** An address of this service: a link must not lead whoever signs in elsewhere. */
function isOwn(address: string): boolean {
  return new URL(address, location.origin).origin === location.origin && /^\/(?!\/)/.test(address)
}
