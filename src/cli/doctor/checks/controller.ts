import { VERSION } from "../../../protocol/version.ts";
import { formatDuration } from "../../render/format-duration.ts";
import type { Reply } from "../ask.ts";
import { type Finding, fail, ok, warn } from "../finding.ts";
import type { Check } from "../run-checks.ts";

const NAME = "controller";

export const controller: Check = {
  name: NAME,
  async run({ settings, health, ready }) {
    return judgeController(settings.url, await health(), await ready(), VERSION);
  },
};

export function judgeController(
  url: string,
  health: Reply,
  ready: Reply,
  ownVersion: string,
): Finding[] {
  if (health.kind === "silent") {
    const todo = "Start one with `hangar up`, or say where it is with --url or HANGAR_URL.";
    return [fail(NAME, `${url} does not answer: ${health.why}`, todo)];
  }
  const version = versionOf(health);
  if (version === undefined) {
    const todo = "Is --url (or HANGAR_URL) the address of a Hangar controller's API?";
    return [fail(NAME, `${url} answers ${health.status}, and not as a controller does`, todo)];
  }
  return [
    ok(NAME, `${url} answers in ${formatDuration(health.tookMs)}`),
    judgeReady(ready),
    version === ownVersion
      ? ok("version", version)
      : warn(
          "version",
          `the controller's is ${version}, this command's ${ownVersion}`,
          "Bring all of Hangar to one version, the controller first.",
        ),
  ];
}

/** Undefined for what is no controller. */
export function versionOf(health: Reply): string | undefined {
  if (health.kind === "silent" || health.status !== 200) return undefined;
  const { status, version } = (health.body ?? {}) as { status?: unknown; version?: unknown };
  return status === "ok" && typeof version === "string" ? version : undefined;
}

function judgeReady(ready: Reply): Finding {
  if (ready.kind === "answered" && ready.status === 200)
    return ok("readiness", "it reaches its database");
  const why = ready.kind === "silent" ? ready.why : `it answers ${ready.status} to /ready`;
  return fail(
    "readiness",
    `the controller does not reach it: ${why}`,
    "Its log says more. On the controller's machine, give this command its --data-dir or --database.",
  );
}
