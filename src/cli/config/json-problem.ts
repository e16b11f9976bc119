/** Of the text beside the mistake V8 quotes so many characters on each side. */
const QUOTED_CHARS = 10;

/** Why a text is no JSON, and in which line, without quoting it: a secret may stand beside the mistake. */
export function jsonProblem(text: string, error: unknown): string {
  const { message } = error as Error;
  const [what = ""] = message.split(/, (?:\.\.\.)?"| in JSON at position/);
  const at = placeOf(text, message);
  if (at === undefined) return what;
  return `${what}, in line ${text.slice(0, at).split("\n").length}`;
}

function placeOf(text: string, message: string): number | undefined {
  const { position, quoted } =
    /position (?<position>\d+)|, \.\.\."(?<quoted>[\s\S]*)"(?:\.\.\.)? is not/.exec(message)
      ?.groups ?? {};
  if (position !== undefined) return Number(position);
  return quoted === undefined ? undefined : text.indexOf(quoted) + QUOTED_CHARS;
}
