/**
 * RFC 4180 to the letter, character by character, in pieces: what a lenient parser would swallow is told with its place.
 */
import type { Fault, FaultCode } from './fault.ts';

export interface RawRow {
  /** From 1, the header. */
  readonly row: number;
  readonly cells: readonly string[];
}

const MODE = { start: 0, bare: 1, quoted: 2, quoteInQuoted: 3, after: 4 } as const;
type Mode = (typeof MODE)[keyof typeof MODE];

/** A cell longer than this is the sign of a quote that was never closed; the rest is not kept. */
const LONGEST_CELL = 100_000;

/** The same bytes, cut behind every line feed. */
function* lines(bytes: Uint8Array): Iterable<Uint8Array> {
  let start = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, start)) {
    yield bytes.subarray(start, at + 1);
    start = at + 1;
  }
  yield bytes.subarray(start);
}

/** Decodes bytes as UTF-8; yields rows, tells faults. After an unclosed quote or broken UTF-8 there are no further rows. */
export async function* readCsv(
  pieces: AsyncIterable<Uint8Array>,
  tell: (fault: Fault) => void,
): AsyncGenerator<RawRow, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let mode = MODE.start as Mode;
  let cell = '';
  let cells: string[] = [];
  let row = 1;
  let carriageReturn = false;
  let first = true;
  let anything = false;
  const fault = (code: FaultCode, message: string): void =>
    tell({ code, row, column: `column ${cells.length + 1}`, message });
  const endCell = (): void => {
    cells.push(cell);
    cell = '';
    mode = MODE.start;
  };
  const endRow = (): RawRow => {
    endCell();
    const done = { row, cells };
    cells = [];
    row++;
    return done;
  };

  function* take(text: string): Generator<RawRow> {
    for (const char of text) {
      if (carriageReturn) {
        carriageReturn = false;
        if (char === '\n') {
          yield endRow();
          continue;
        }
        fault('line-end', 'a carriage return without a line feed; rows end with CR LF');
        yield endRow();
      }
      if (mode === MODE.quoted) {
        if (char === '"') mode = MODE.quoteInQuoted;
        else if (cell.length < LONGEST_CELL) cell += char;
        continue;
      }
      if (mode === MODE.quoteInQuoted && char === '"') {
        cell += '"';
        mode = MODE.quoted;
      } else if (char === ',') endCell();
      else if (char === '\r') carriageReturn = true;
      else if (char === '\n') {
        fault('line-end', 'a line feed alone; rows end with CR LF');
        yield endRow();
      } else if (char === '"') {
        if (mode === MODE.start) mode = MODE.quoted;
        else {
          fault('quote-inside', 'a quote inside a cell without quotes around it');
          cell += char;
        }
      } else {
        if (mode === MODE.quoteInQuoted) {
          fault('text-after-quote', 'text between the closing quote and the comma');
          mode = MODE.after;
        } else if (mode === MODE.start) mode = MODE.bare;
        if (char < ' ' && char !== '\t') fault('control-character', `the character with code ${char.charCodeAt(0)}`);
        cell += char;
      }
    }
  }

  for await (const piece of pieces) {
    for (const part of lines(piece)) {
      let text: string;
      try {
        text = decoder.decode(part, { stream: true });
      } catch {
        // As far as it can be read, so that the place is right.
        yield* take(new TextDecoder('utf-8').decode(part).split('\ufffd')[0]!);
        fault('not-utf8', 'bytes that are not UTF-8; save the file as UTF-8');
        return;
      }
      if (text === '') continue;
      anything = true;
      if (first && text.startsWith('\ufeff')) {
        tell({ code: 'byte-order-mark', row: 1, column: null, message: 'the file begins with a byte order mark' });
        text = text.slice(1);
      }
      first = false;
      yield* take(text);
    }
  }
  try {
    decoder.decode();
  } catch {
    fault('not-utf8', 'the file ends in the middle of a character');
    return;
  }
  if (!anything) {
    tell({ code: 'empty-file', row: null, column: null, message: 'there is nothing in the file, not even a header' });
    return;
  }
  if (mode === MODE.quoted) {
    fault('quote-unclosed', 'the quote at the beginning of this cell is never closed');
    return;
  }
  if (carriageReturn) {
    fault('line-end', 'a carriage return without a line feed; rows end with CR LF');
    yield endRow();
  } else if (cell !== '' || cells.length > 0 || mode !== MODE.start) {
    fault('no-final-line-end', 'the last row is cut off: it does not end with CR LF');
    yield endRow();
  }
}
