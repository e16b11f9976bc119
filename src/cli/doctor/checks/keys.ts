import { tildePath } from "../../settings/data-dir.ts";
import { type Finding, fail, ok, skipped, warn } from "../finding.ts";
import type { Acceptance } from "../offer-key.ts";
import { type KeyFile, SCOPES } from "../read-key-file.ts";
import type { Check } from "../run-checks.ts";

export const keys: Check = {
  name: "keys",
  async run({ settings, here, keyFiles, acceptance }) {
    const files = await keyFiles();
    const accepted = await Promise.all(SCOPES.map((scope) => acceptance(scope)));
    return files.map((file, index) =>
      judgeKey(file, accepted[index] ?? { kind: "no-key" }, {
        isGiven: file.scope === "admin" && settings.apiKey !== undefined,
        isController: here.controller,
      }),
    );
  },
};

export interface KeyHolder {
  /** The key was given, and is not of the file. */
  isGiven: boolean;
  /** The machine of a controller has all three. */
  isController: boolean;
}

const OTHERS = 0o077;

export function judgeKey(
  file: KeyFile,
  acceptance: Acceptance,
  { isGiven, isController }: KeyHolder,
): Finding {
  const { scope, problem, mode } = file;
  const name = `${scope} key`;
  const path = tildePath(file.path);
  const where = isGiven ? "as given" : path;
  if (!isGiven && problem !== undefined) {
    return fail(name, problem, "Run this as the user that runs Hangar.");
  }
  if (mode !== undefined && (mode & OTHERS) !== 0) {
    const found = `${path} may be read by others: mode ${mode.toString(8).padStart(4, "0")}`;
    return fail(name, found, `chmod 600 ${path}`);
  }
  switch (acceptance.kind) {
    case "accepted":
      return ok(name, `${where}, accepted`);
    case "refused":
      return fail(
        name,
        `${where}: ${acceptance.message}`,
        `Take keys/${scope}.key from the data dir of this controller.`,
      );
    case "unknown":
      return skipped(name, `${where}; not offered to the controller: ${acceptance.why}`);
    case "no-key":
      if (!isController) return skipped(name, `none here: ${path} does not exist`);
      return warn(name, `${path} is missing`, "The controller makes it anew when it starts.");
    default:
      return acceptance satisfies never;
  }
}
