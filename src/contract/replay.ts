/**
 * A stored trial to be played again: its events and its steps as JSON, then its live frames as they were published, one
 * after the other (wire/live-frame). In bytes: length of the JSON (uint32, little-endian), the JSON, the frames.
 */
import { z } from 'zod';

export const replayEventSchema = z.object({
  /** On the fitted device clock, as in the frames, s. */
  timeS: z.number(),
  /** Of the protocol (neutral-captured, repetition-counted …), or 'examiner'. */
  type: z.string(),
  code: z.string(),
  side: z.string().nullable(),
});

export const replayStepSchema = z.object({
  timeS: z.number(),
  phase: z.string(),
  prompt: z.string(),
  direction: z.string(),
  /** Repetitions that had a record by then. */
  repetitions: z.number().int(),
});

export const replayMetaSchema = z.object({
  sessionId: z.string(),
  trialId: z.string(),
  kind: z.string(),
  simulated: z.boolean(),
  frames: z.number().int(),
  fromS: z.number(),
  toS: z.number(),
  events: z.array(replayEventSchema),
  steps: z.array(replayStepSchema),
});

export type ReplayEvent = z.infer<typeof replayEventSchema>;
export type ReplayStep = z.infer<typeof replayStepSchema>;
export type ReplayMeta = z.infer<typeof replayMetaSchema>;

export function encodeReplay(meta: ReplayMeta, frames: Uint8Array): Uint8Array {
  // Plain ASCII, as JSON allows: one byte a character.
  const text = JSON.stringify(meta).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const json = Uint8Array.from(text, (char) => char.charCodeAt(0));
  const out = new Uint8Array(4 + json.length + frames.length);
  new DataView(out.buffer).setUint32(0, json.length, true);
  out.set(json, 4);
  out.set(frames, 4 + json.length);
  return out;
}

/** Null for bytes that are no replay. */
export function decodeReplay(bytes: Uint8Array): { readonly meta: ReplayMeta; readonly frames: Uint8Array } | null {
  if (bytes.length < 4) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
  if (length > bytes.length - 4) return null;
  try {
    let text = '';
    for (const byte of bytes.subarray(4, 4 + length)) text += String.fromCharCode(byte);
    const parsed = replayMetaSchema.safeParse(JSON.parse(text));
    return parsed.success ? { meta: parsed.data, frames: bytes.slice(4 + length) } : null;
  } catch {
    return null;
  }
}
