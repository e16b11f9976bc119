/** As the system says it, or a runtime in its name. */
const SYSTEMS_WORDS = /\bE2BIG\b|argument list too long/i;

/** Whether it says that a program has more env and command than the system gives it. */
export function isTooLarge(message: string): boolean {
  return SYSTEMS_WORDS.test(message);
}

/** What a person can do about a program that the system does not start for its env and command; else what was said. */
export function inPlainWords(message: string): string {
  if (!isTooLarge(message)) return message;
  return `its env and command are too large for this machine, with what its image adds: Linux takes 128 KiB for each and a quarter of the stack's limit for all (${message})`;
}
