/**
 * The keys of a running test. A pedal is a USB keyboard with the keys of a presenter: PageDown goes on, PageUp stops on
 * its down edge however long it is pressed (nothing else sits on that side), and a third switch (B) marks pain.
 */
import type { Command } from '../../src/contract/commands.ts';
import { command } from './gateway-link.ts';

export type TestEvent = Extract<Command, { type: 'frt-event' }>['event'];

const KEYS: Readonly<Record<string, { readonly event: TestEvent; readonly source: 'key' | 'pedal' }>> = {
  Space: { event: 'confirm', source: 'key' },
  PageDown: { event: 'confirm', source: 'pedal' },
  PageUp: { event: 'stop', source: 'pedal' },
  KeyB: { event: 'pain', source: 'pedal' },
  Backspace: { event: 'redo', source: 'key' },
  KeyP: { event: 'pain', source: 'key' },
  KeyH: { event: 'headache', source: 'key' },
  KeyD: { event: 'dizziness', source: 'key' },
  KeyN: { event: 'neurological', source: 'key' },
  Escape: { event: 'stop', source: 'key' },
};

/**
 * Listens until the returned function is called. Keys act on their down edge wherever the focus is, once per press;
 * a focused button is still worked with Enter.
 */
export function listenTestKeys(test: 'frt' | 'trial', onEvent: (event: TestEvent) => void): () => void {
  const down = (event: KeyboardEvent): void => {
    const action = KEYS[event.code];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.repeat) return;
    onEvent(action.event);
    void command({ type: `${test}-event`, event: action.event, source: action.source });
  };
  // A button is clicked by the space bar when it comes up: that would be a second event.
  const up = (event: KeyboardEvent): void => {
    if (event.code === 'Space') event.preventDefault();
  };
  window.addEventListener('keydown', down, true);
  window.addEventListener('keyup', up, true);
  return () => {
    window.removeEventListener('keydown', down, true);
    window.removeEventListener('keyup', up, true);
  };
}
