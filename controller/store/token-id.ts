/** Of 64 hex digits; 96 bits are enough that no two tokens share them. */
const DIGITS = 24;
const PREFIX = "tk_";

/**
 * A token's id is the beginning of its hash. It may be shown: of a token of 238 random bits not even its
 * whole hash says anything, and nobody is let in by a hash.
 */
export function tokenIdOf(hash: string): string {
  return PREFIX + hash.slice(0, DIGITS);
}

/** Where the one token of this id stands among all hashes. */
export function hashRangeOf(tokenId: string): { from: string; below: string } {
  const from = tokenId.slice(PREFIX.length);
  // The first letter that is no hex digit.
  return { from, below: `${from}g` };
}
