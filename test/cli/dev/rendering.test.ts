import { PassThrough } from "node:stream";
import pc from "picocolors";
import { expect, test } from "vitest";
import { describeEvent } from "../../../src/cli/dev/describe-event.ts";
import { type DevOutput, plainOutput, stickyOutput } from "../../../src/cli/dev/dev-output.ts";
import { noteOf } from "../../../src/cli/dev/note-of.ts";
import { renderFooter } from "../../../src/cli/dev/render-footer.ts";
import type { Screen } from "../../../src/cli/terminal.ts";
import type { Status } from "../../../src/protocol/backend-state.ts";
import { STATUSES } from "../../../src/protocol/statuses.ts";
import { aSummary, ID } from "../fixtures.ts";

const plain = pc.createColors(false);
const LOG = { event: "log", backend_id: ID, stream: "stdout" } as const;
const FOOTER = { live: [], now: 61_000, width: 20 };

test("the footer tells of the image, the backends, and what keys do", () => {
  const live = [aSummary({ image: "dev/app:3f2a" })];
  const state = { kind: "ready", image: "dev/app:3f2a" } as const;
  expect(renderFooter({ ...FOOTER, state, live }, plain)).toBe(
    [
      "───────────────────",
      "● Ready: dev/app:3f2a",
      "NAME            STATUS   AGE  IMAGE  KEY    URL",
      "abcdefghij0001  ● ready  1m   3f2a   doc-1  http://abcdefghij0001.localhost:9090/",
      "b build  t terminate all  o open  q quit",
    ].join("\n"),
  );
});

test.each([
  [{ kind: "building" }, "◔ Building; connects wait."],
  [{ kind: "failed", message: "", logTail: [] }, "✖ The build failed; connects are told so."],
  [{ kind: "ready", image: "i:1" }, "● Ready: i:1 No backend runs; a connect spawns one."],
] as const)("the footer of %j", (state, line) => {
  expect(renderFooter({ ...FOOTER, state }, plain).split("\n")[1]).toContain(line);
});

test.each([
  [{ event: "build-started", because: "start", files: [] }, "◔ Building"],
  [
    { event: "build-started", because: "change", files: ["a", "b", "c", "d", "e"] },
    "◔ Building a, b, c and 2 more changed",
  ],
  [{ event: "built", image: "i:1", took_ms: 1_200, is_new: true }, "✔ Built i:1 1.2 s"],
  [{ event: "built", image: "i:1", took_ms: 90, is_new: false }, "✔ Nothing new in i:1 90 ms"],
  [{ event: "build-failed", message: "exit 1", log_tail: [] }, "✖ The build failed: exit 1"],
  [{ event: "synced", files: ["a"], backends: [ID], took_ms: 9 }, "✔ Copied a into 1 backend 9 ms"],
  [{ event: "replaced", backends: [ID] }, `↻ Replaced: ${ID} ran the older image`],
  [{ ...LOG, line: "hi" }, `[${ID}] hi`],
  [
    { event: "backend", backend_id: ID, key: "doc", status: "terminated", message: "exited" },
    `[${ID}] ✕ terminated (exited) doc`,
  ],
] as const)("%j is told in a line", (event, line) => {
  expect(describeEvent(event, plain).split("\n")[0]).toBe(line);
});

test("each backend has a colour of its own kind, the same in its name and its lines", () => {
  const colors = pc.createColors(true);
  const log = describeEvent({ ...LOG, line: "" }, colors);
  const state = { kind: "ready", image: "i:1" } as const;
  const footer = renderFooter({ ...FOOTER, state, live: [aSummary()] }, colors);
  const code = log.slice(0, log.indexOf(`[${ID[0]}`));
  expect(code).not.toBe("");
  expect(footer).toContain(`${code}${ID}`);
});

test("the banner shows the command that opens a session, with what it needs to find this project", () => {
  const up = { event: "up", dir: "/app", data_dir: "/h/dev/app", admin_key_file: "/h/k" } as const;
  const at = (api_url: string) =>
    describeEvent({ ...up, api_url, cluster: "localhost:9090" }, plain);
  expect(at("http://127.0.0.1:8080")).toContain(
    "    hangar connect --data-dir /h/dev/app --key dev --wait\n",
  );
  expect(at("http://127.0.0.1:4711")).toContain(
    "    hangar connect --url http://127.0.0.1:4711 --data-dir /h/dev/app --key dev --wait\n",
  );
});

test("above the footer, which shows them, the steps to ready are not told; to others they are", async () => {
  const step = (status: Status) =>
    ({ event: "backend", backend_id: ID, key: "doc", status, message: null }) as const;
  const said = async (open: (screen: Screen) => Promise<DevOutput> | DevOutput) => {
    const lines: string[] = [];
    const stream = Object.assign(new PassThrough().resume(), { columns: 80 });
    const line = (text = "") => lines.push(text);
    using output = await open({ stream, line, colors: plain, isInteractive: true } as never);
    for (const status of STATUSES) output.tell(step(status));
    return lines.map((each) => each.split(" ")[2]);
  };
  expect(await said(stickyOutput)).toEqual([
    ...["scheduled", "ready", "terminating", "hard-terminating", "terminated"],
  ]);
  expect(await said(plainOutput)).toEqual(STATUSES);
});

test("a warning of the embedded processes is a note", () => {
  const line = {
    level: 40,
    component: "drone",
    msg: "docker away",
    err: { message: "no\u001b[2J" },
  };
  expect(noteOf(JSON.stringify(line))).toEqual({
    ...{ event: "note", level: "warn", text: "drone: docker away: no" },
  });
});
