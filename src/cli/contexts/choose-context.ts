import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";

/** Who said it, the weakest first: nobody, the config file, a variable, a flag. */
export const SAID = { nowhere: 0, file: 1, variable: 2, flag: 3 } as const;
export type Said = (typeof SAID)[keyof typeof SAID];

export interface ContextQuestion {
  /** The contexts there are. */
  names: readonly string[];
  /** Which one, and who said so. */
  asked: { name: string; said: Said } | undefined;
  /** Who said these. */
  url: Said;
  apiKey: Said;
  dataDir: Said;
}

export type ContextChoice =
  /** As if there were no contexts. */
  | { kind: "none" }
  /** The key that was given goes to the context's controller. */
  | { kind: "context"; name: string; withItsKey: boolean };

/**
 * A context's key goes to the context's URL and nowhere else: if who is stronger names a URL, or a data dir
 * whose key would be read, nothing of the context holds.
 */
export function chooseContext({ names, asked, ...given }: ContextQuestion): ContextChoice {
  if (asked === undefined) return { kind: "none" };
  const { name, said } = asked;
  if (said === SAID.flag && given.url === SAID.flag) {
    throw new CliError("--context and --url both say which controller.", {
      exitCode: EXIT.usage,
      hints: ["Choose one of them."],
    });
  }
  if (given.url >= said || given.dataDir > said) return { kind: "none" };
  if (!names.includes(name)) throw unknownContext(name, names);
  return { kind: "context", name, withItsKey: given.apiKey < said };
}

export function unknownContext(name: string, names: readonly string[]): CliError {
  return new CliError(`There is no context ${name}.`, {
    exitCode: EXIT.notFound,
    hints: [
      names.length === 0
        ? "There is none at all: `hangar context add NAME --url URL --api-key-file FILE` makes one."
        : `There are: ${names.join(", ")}.`,
    ],
  });
}
