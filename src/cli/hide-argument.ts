/** Options whose values nobody should read in a terminal's history or a build's log. */
const SECRET = ["env", "auth", "api-key", "key", "acme-eab-hmac"];

const ARGUMENT =
  /(option '.*?--([a-z-]+).*?' (?:argument|value)) '[\s\S]*'(?= (?:is invalid|from env))/;
/** What stands before the host of a URL. */
const USER = /(:\/\/)[^/@\s']*@/g;

/** What Commander says of a command line, without the secrets that it repeats. */
export function hideArgument(text: string): string {
  const hidden = text.replace(ARGUMENT, (all, said: string, name: string) =>
    SECRET.includes(name) ? said : all,
  );
  return hidden.replace(USER, "$1…@");
}
