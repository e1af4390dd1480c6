import { Check, CircleAlert } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { Button, type ButtonProps } from './button.tsx'
import { copyText } from './copy-text.ts'

/** How long it is shown that the text was copied. */
const SHOWN_MS = 2000

interface CopyButtonProps extends Omit<ButtonProps, 'onClick'> {
  /** Asked for when it is pressed. */
  readonly text: () => string | Promise<string>
  /** What stands for copying, until it was done. */
  readonly icon: ReactNode
}

/** Copies a text, and shows whether it is there. */
export function CopyButton({ text, icon, children, ...rest }: CopyButtonProps) {
  const [isCopied, setCopied] = useState<boolean>()
  useEffect(() => {
    if (isCopied === undefined) return
    const timer = setTimeout(() => setCopied(undefined), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [isCopied])
  return (
    <>
      <Button {...rest} onClick={() => void copyText(text()).then(setCopied)}>
        {isCopied === undefined ? icon : null}
        {isCopied === true ? <Check size={15} aria-hidden="true" /> : null}
        {isCopied === false ? <CircleAlert size={15} aria-hidden="true" /> : null}
        {children}
      </Button>
      <span aria-live="polite" className="visually-hidden">
        {isCopied === undefined ? '' : isCopied ? 'Copied' : 'It could not be copied'}
      </span>
    </>
  )
}
