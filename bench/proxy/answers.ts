/** What the backend can be asked for: the last part of the path says which. */
export const ANSWER_BYTES = { small: 41, medium: 10_000, large: 1_000_000 } as const;
export type AnswerSize = keyof typeof ANSWER_BYTES;

/** Its 41 bytes are the digest of what was uploaded, and a line's end. */
export const DIGEST_PATH = "digest";
/** Gives back the head of the request as it arrived. */
export const HEAD_PATH = "head";

export function bodyOf(size: AnswerSize): Buffer {
  return Buffer.alloc(
    ANSWER_BYTES[size],
    `an answer of ${ANSWER_BYTES[size]} bytes, over and over; `,
  );
}
