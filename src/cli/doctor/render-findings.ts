import type { Colors } from "picocolors/types.js";
import { stripControl } from "../render/strip-control.ts";
import type { Finding, Verdict } from "./finding.ts";

export interface SectionFindings {
  title: string;
  findings: readonly Finding[];
}

const LOOK: Record<Verdict, { mark: string; paint: "green" | "yellow" | "red" | "dim" }> = {
  ok: { mark: "✔", paint: "green" },
  warn: { mark: "▲", paint: "yellow" },
  fail: { mark: "✖", paint: "red" },
  skipped: { mark: "–", paint: "dim" },
};

/** A longer name, as of a drone's backends, stands out of its column and pushes no other aside. */
const MOST_NAME = 24;

/** By section, what to do under what was found, and how many there are of each verdict. */
export function renderFindings(sections: readonly SectionFindings[], colors: Colors): string {
  const findings = sections.flatMap((section) => section.findings);
  const width = Math.min(MOST_NAME, Math.max(...findings.map(({ name }) => name.length)));
  return [
    ...sections.map(
      ({ title, findings }) =>
        `${colors.bold(title)}\n${findings.map((each) => lines(each, width, colors)).join("\n")}`,
    ),
    summary(findings, colors),
  ].join("\n\n");
}

function lines(finding: Finding, width: number, colors: Colors): string {
  const { name, verdict, found, todo } = finding;
  const { mark, paint } = LOOK[verdict];
  const indent = " ".repeat(width + 6);
  const text = stripControl(found).replaceAll("\n", `\n${indent}`);
  const head = `  ${colors[paint](mark)} ${name.padEnd(width)}  ${verdict === "skipped" ? colors.dim(text) : text}`;
  return todo === undefined ? head : `${head}\n${indent}${colors.cyan("→")} ${todo}`;
}

function summary(findings: readonly Finding[], colors: Colors): string {
  const count = (verdict: Verdict) => findings.filter((each) => each.verdict === verdict).length;
  const parts = [
    [count("fail"), "failed", colors.red],
    [count("warn"), "to look at", colors.yellow],
    [count("ok"), "well", colors.green],
    [count("skipped"), "skipped", colors.dim],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, what, paint]) => paint(`${number} ${what}`))
    .join(", ");
}
