import type { ButtonHTMLAttributes } from 'react'

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'primary' | 'danger' | 'plain'
  /** Only an icon is shown; the label is for those who cannot see it. */
  readonly label?: string
}

export function Button({ look, label, className = '', children, ...rest }: ButtonProps) {
  const classes = ['button', look ?? '', label === undefined ? '' : 'icon', className]
  return (
    <button
      type="button"
      {...rest}
      className={classes.filter(Boolean).join(' ')}
      {...(label === undefined ? {} : { 'aria-label': label, title: label })}
    >
      {children}
    </button>
  )
}
