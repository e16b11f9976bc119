import { CliError } from "../cli-error.ts";
import { EXIT } from "../exit-codes.ts";
import { tildePath } from "../settings/data-dir.ts";

/** A config file that cannot be followed: which file, which field, and what was expected there. */
export function configProblem(file: string, field: string, problem: string): CliError {
  const where = field === "" ? "" : `${field}: `;
  return new CliError(`The config file ${tildePath(file)} does not fit: ${where}${problem}`, {
    exitCode: EXIT.usage,
    hints: ["Correct it there, or name another one with --config or HANGAR_CONFIG."],
  });
}

/** ": did you mean port?" for the one of the names that is closest, if any is close. */
export function didYouMean(name: string, names: readonly string[]): string {
  const [best] = names
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 4))
    .sort((one, other) => one.distance - other.distance);
  return best === undefined ? "" : ` Did you mean ${best.candidate}?`;
}

/** Letters to add, drop or change. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
