/** Every kind of secret that Hangar makes starts so; `i`, since a log may be read by what ignores case. */
export const SECRET = /h(ct|st|ak|sec|ss)_[a-z0-9]+/gi;
export const HIDDEN = "[secret]";

/** Text without the secrets of Hangar's own making that stand in it. */
export function redactText(text: string): string {
  return text.replace(SECRET, HIDDEN);
}
