import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { BookOpen, LogOut, Menu, Moon, Sun, SunMoon } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useSignIn, useSignOut } from '../api/sign-in.ts'
import { Button } from '../parts/button.tsx'
import { type Theme, useTheme } from '../parts/theme.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { Navigation } from './navigation.tsx'

/** What is around every page. */
export function Shell() {
  const [isOpen, setOpen] = useState(false)
  const close = () => setOpen(false)
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => key === 'Escape' && setOpen(false)
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <div className="top">
        <Brand />
        <Button label="Pages" look="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Menu size={18} aria-hidden="true" />
        </Button>
      </div>
      {isOpen ? (
        <button type="button" className="scrim" aria-label="Close" onClick={close} />
      ) : null}
      <aside className="side" data-open={isOpen || undefined}>
        <Brand />
        <Navigation onGo={close} />
        <Foot />
      </aside>
      <div className="main">
        <ConnectionBanner />
        <main className="page" id="content" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </div>
  )
}

function Brand() {
  return (
    <Link to="/sessions" className="brand">
      <img src="/favicon.svg" alt="" />
      Stepstream
    </Link>
  )
}

const nextTheme: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' }

function Foot() {
  const [theme, setTheme] = useTheme()
  const Icon = { system: SunMoon, light: Sun, dark: Moon }[theme]
  const { data } = useSignIn()
  const signOut = useSignOut()
  const navigate = useNavigate()
  return (
    <div className="side-foot">
      <Button
        look="plain"
        label={`Colours: ${theme}. Change`}
        onClick={() => setTheme(nextTheme[theme])}
      >
        <Icon size={16} aria-hidden="true" />
      </Button>
      <a
        className="button plain icon"
        href="/docs"
        aria-label="API reference"
        title="API reference"
      >
        <BookOpen size={16} aria-hidden="true" />
      </a>
      {data?.who === undefined ? null : (
        <>
          <span className="grow ellipsis" title={`${data.who.name}, tenant ${data.who.tenant}`}>
            {data.who.name}
          </span>
          <Button
            look="plain"
            label="Sign out"
            onClick={() =>
              signOut.mutate(undefined, { onSuccess: () => void navigate({ to: '/sign-in' }) })
            }
          >
            <LogOut size={16} aria-hidden="true" />
          </Button>
          {signOut.isError ? (
            <span role="alert" className="soft">
              You are still signed in: {signOut.error.message}
            </span>
          ) : null}
        </>
      )}
    </div>
  )
}
