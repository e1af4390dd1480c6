import { expect, test } from 'vitest'
import { SessionTurn } from '../../../src/modules/dispatcher/turn.ts'
import { ManualClock } from '../../support/manual-clock.ts'

test('a turn has one timer at most, and none once it is over', () => {
  const clock = new ManualClock(0)
  const turn = new SessionTurn('ses_1', clock)
  for (const until of [5000, 3000, 9000]) {
    void turn.idle(until)
    expect(clock.pending).toBe(1)
    turn.wake()
    turn.look()
  }
  void turn.idle()
  expect(clock.pending).toBe(0)
  void turn.idle(9000)
  turn.end()
  expect(clock.pending).toBe(0)
})

test('a turn that idles for the same time again keeps its timer', async () => {
  const clock = new ManualClock(0)
  let made = 0
  const counting = {
    now: () => clock.now(),
    setTimer(delayMs: number, fire: () => void) {
      made += 1
      return clock.setTimer(delayMs, fire)
    },
  }
  const turn = new SessionTurn('ses_1', counting)
  for (let n = 0; n < 3; n++) {
    const idle = turn.idle(5000)
    turn.wake()
    await idle
    turn.look()
  }
  const idle = turn.idle(5000)
  clock.advance(5000)
  await idle
  expect(made).toBe(1)
})
