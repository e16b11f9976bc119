import { constants } from "node:os";
import type { Colors } from "picocolors/types.js";
import type { Termination } from "../../protocol/backend-state.ts";
import { describeEnd } from "./describe-end.ts";
import { renderFacts } from "./render-facts.ts";
import { stripControl } from "./strip-control.ts";

/** How a backend ended, as the parts of a page: nothing if it has not. */
export function renderEnd(termination: Termination | null, colors: Colors): string[] {
  if (termination === null) return [];
  const { message, log_tail = [] } = termination;
  const facts = renderFacts(
    [
      ["message", message && stripControl(message)],
      ["kind", termination.kind && KINDS[termination.kind]],
      ["signal", signalOf(termination)],
      ["memory", wasKilledUnnamed(termination) ? "the kernel killed it at its limit" : null],
    ],
    colors,
  );
  const head = `${colors.bold("Ended")}  ${describeEnd(termination)}`;
  const lines = log_tail.map((line) => `  ${colors.dim("│")} ${stripControl(line)}`);
  return [
    facts === "" ? head : `${head}\n${facts}`,
    ...(lines.length === 0 ? [] : [`${colors.bold("Last log lines")}\n${lines.join("\n")}`]),
  ];
}

/** Unless the reason says so already. */
function wasKilledUnnamed({ reason, oom_killed }: Termination): boolean {
  return oom_killed === true && reason !== "outofmemory";
}

const KINDS: Record<NonNullable<Termination["kind"]>, string> = {
  soft: "soft: a stop signal, then its grace",
  hard: "hard: a kill",
};

/** An exit code above 128 says which signal ended the app. */
function signalOf({ exit_code = 0 }: Termination): string | undefined {
  const names = Object.entries(constants.signals);
  return names.find(([, number]) => number + 128 === exit_code)?.[0];
}
