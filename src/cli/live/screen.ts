import { clearScreenDown, moveCursor } from 'node:readline'
import { createLogUpdate } from 'log-update'
import stringWidth from 'string-width'

/** A part of the terminal that is drawn over and over, below what stays. */
export interface Screen {
  readonly columns: number
  readonly rows: number
  draw(lines: readonly string[]): void
  /** Takes what was drawn away, as if nothing had been. */
  clear(): void
  /** Leaves these lines where they were drawn; what is drawn next stands below. */
  keep(lines: readonly string[]): void
  /** The cursor is as it was. */
  close(): void
}

/** Terminals that do not know their size say zero. */
const COLUMNS = 80
const ROWS = 24

/** Draws on a terminal: only what has changed, and all of it where the width has. */
export function openScreen(terminal: NodeJS.WriteStream): Screen {
  const columns = () => terminal.columns || COLUMNS
  const rows = () => terminal.rows || ROWS
  const update = createLogUpdate({
    isTTY: true,
    get columns() {
      return columns()
    },
    get rows() {
      return rows()
    },
    write: (text: string) => terminal.write(text),
  } as NodeJS.WriteStream)
  let shown: readonly string[] = []
  const clear = () => {
    update.clear()
    shown = []
  }
  /** The terminal has wrapped what stood there: it takes more rows now than lines were written. */
  const onResize = () => {
    const taken = shown.reduce((sum, line) => sum + rowsOf(line, columns()), 0)
    moveCursor(terminal, 0, -Math.min(taken, rows() - 1))
    clearScreenDown(terminal)
    update.done()
    shown = []
  }
  terminal.on('resize', onResize)
  return {
    get columns() {
      return columns()
    },
    get rows() {
      return rows()
    },
    draw(lines) {
      if (isSame(lines, shown)) return
      update(lines.join('\n'))
      shown = lines
    },
    clear,
    keep(lines) {
      clear()
      update.persist(lines.join('\n'))
    },
    close() {
      terminal.off('resize', onResize)
      update.done()
    },
  }
}

function rowsOf(line: string, columns: number): number {
  return Math.max(1, Math.ceil(stringWidth(line) / columns))
}

function isSame(lines: readonly string[], shown: readonly string[]): boolean {
  return lines.length === shown.length && lines.every((line, index) => line === shown[index])
}
