import { Copy } from 'lucide-react'
import { CopyButton } from './copy-button.tsx'

/** A value, as text that can be copied; a large one that was put aside is a link. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }) {
  if (isArtifactRef(value)) {
    return (
      <div className="stack-small">
        <a href={`/v1/artifacts/${value.artifact}`} download>
          {label}: {value.bytes.toLocaleString()} bytes, as a file
        </a>
        <pre className="json">{value.preview}…</pre>
      </div>
    )
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  return (
    <div className="json-view">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key */}
      <section className="json-frame" tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
      <CopyButton
        look="plain"
        className="copy"
        label={`Copy ${label.toLowerCase()}`}
        text={() => text}
        icon={<Copy size={14} aria-hidden="true" />}
      />
    </div>
  )
}

function isArtifactRef(
  value: unknown,
): value is { artifact: string; bytes: number; preview: string } {
  return typeof value === 'object' && value !== null && 'artifact' in value && 'preview' in value
}
