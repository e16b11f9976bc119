import { systemClock } from "../../shared/clock.ts";
import { CliError } from "../cli-error.ts";
import type { DoctorOptions } from "../commands/add-doctor.ts";
import type { Context } from "../context.ts";
import { EXIT } from "../exit-codes.ts";
import { NO_PROGRESS, openProgress } from "../render/open-progress.ts";
import type { Finding } from "./finding.ts";
import { renderFindings } from "./render-findings.ts";
import { runChecks } from "./run-checks.ts";
import { openScene } from "./scene.ts";
import { SECTIONS } from "./sections.ts";

/** Looks at everything at once, shows it in order, and fails if something has. */
export async function runDoctor(context: Context, options: DoctorOptions): Promise<void> {
  const { out } = context.terminal;
  const sections = await look(context, options);
  const findings = sections.flatMap((section) => section.findings);
  out.line(
    options.json === true
      ? JSON.stringify(findings, null, 2)
      : renderFindings(sections, out.colors),
  );
  const failed = findings.filter(({ verdict }) => verdict === "fail").length;
  if (failed === 0) return;
  throw new CliError(failed === 1 ? "One thing has failed." : `${failed} things have failed.`, {
    exitCode: EXIT.failure,
    hints: ["Each says what to do. What is skipped or to look at is no failure."],
  });
}

async function look({ terminal, stop }: Context, options: DoctorOptions) {
  using progress = options.json === true ? NO_PROGRESS : await openProgress(terminal.err);
  progress.doing("looking at everything");
  const scene = openScene(options, systemClock, stop);
  return await Promise.all(
    SECTIONS.map(async ({ title, checks }) => ({
      title,
      findings: (await runChecks(checks, scene)) satisfies readonly Finding[],
    })),
  );
}
