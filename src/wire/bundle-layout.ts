/** The fixed parts of a bundle from home (docs/transfer.md), for whoever seals one: a gateway at home, or a page. */

export const MAGIC = 'NECKBNDL';
export const BUNDLE_VERSION = 1;
export const BUNDLE_TYPE = 'application/vnd.neck-bundle';
/** Plain bytes of a frame, at most. */
export const FRAME_BYTES = 65_536;
/** Fixed part before the header. */
export const PREAMBLE_BYTES = 12;
export const KEY_INFO = 'neck-bundle/1 content';
/** What the signature covers, before the SHA-256 of everything before it. */
export const SIGNED_PREFIX = 'neck-bundle/1\n';
/** What an answer's signature covers, before the purpose, a line feed and the body. */
export const ANSWER_PREFIX = 'neck-answer/1\n';

/** Kinds of the pieces inside: u8 kind, u32 length, bytes. */
export const PIECE = Object.freeze({ head: 0, row: 1, raw: 2, end: 3 });
