import { expect, test } from "vitest";
import { Interrupted } from "../../src/cli/cli-error.ts";
import { answer, events, refuse, scriptedApi } from "../client/scripted-api.ts";
import { waitFor } from "../harness/wait-for.ts";
import { aBackend, aDrone, aSummary, ID, OTHER_ID } from "./fixtures.ts";
import { finished, runHangar, runInside, startHangar } from "./run-hangar.ts";

const page = (...backends: unknown[]) => answer({ backends, next_cursor: null });
const at = (url: string) => ({ HANGAR_URL: url, HANGAR_API_KEY: "hak_1" });
const SLOW = { timeout: 30_000 };

function inside(url: string, ...args: string[]) {
  return runInside([...args, "--url", url, "--api-key", "hak_1"]);
}

test("ls asks for the live backends and prints a table", SLOW, async () => {
  await using api = await scriptedApi({ "GET /v1/backends": page(aSummary()) });
  const { code, stdout, stderr } = await runHangar(["ls"], at(api.url));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^ID +KEY +STATUS.*\nabcdefghij0001 +doc-1 +● ready .*localhost:9090\n$/);
  const query = new URLSearchParams(api.asked[0]?.path.split("?")[1]);
  expect(query.getAll("status")).toEqual([
    "scheduled",
    "loading",
    "starting",
    "waiting",
    "ready",
    "terminating",
    "hard-terminating",
  ]);
  expect(api.asked[0]?.headers.authorization).toBe("Bearer hak_1");
});

test("ls passes its filters on, and --all asks for the ended ones too", async () => {
  await using api = await scriptedApi({ "GET /v1/backends": page() });
  const filters = ["--key", "k", "--namespace", "n", "--drone", "d", "--label", "a=b"];
  await inside(api.url, "ls", "--all", ...filters);
  await inside(api.url, "ls", "--status", "ready");
  expect(api.asked.map(({ path }) => path)).toEqual([
    "/v1/backends?key=k&namespace=n&drone=d&label=a%3Db",
    "/v1/backends?status=ready",
  ]);
});

test("an empty list is an empty stdout, and a word on stderr", async () => {
  await using api = await scriptedApi({ "GET /v1/backends": page() });
  const { code, stdout, stderr } = await inside(api.url, "ls");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  expect(stderr).toContain("No backend is live.");
  expect(await inside(api.url, "ls", "--json")).toEqual({
    code: 0,
    stdout: "[]\n",
    stderr: "",
  });
});

test("ls --watch --json prints a line for each change, and ends well on Ctrl-C", SLOW, async () => {
  const [before, after] = [aSummary({ status: "starting" }), aSummary()];
  await using api = await scriptedApi({
    "GET /v1/backends": [page(before), page(before), page(after)],
  });
  const child = startHangar(["ls", "--watch", "--json"], at(api.url));
  const end = finished(child);
  await waitFor("the fourth look", () => api.asked.length > 3);
  child.kill("SIGINT");
  const { code, stdout } = await end;
  expect(code).toBe(0);
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([[before], [after]]);
});

test("inspect shows one backend, and --json all of it", SLOW, async () => {
  await using api = await scriptedApi({ [`GET /v1/backends/${ID}`]: answer(aBackend()) });
  const shown = await runHangar(["inspect", ID], at(api.url));
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toContain("fencing token  7");
  expect(shown.stdout).not.toContain("\u001b");
  const { stdout } = await inside(api.url, "inspect", ID, "--json");
  expect(JSON.parse(stdout)).toEqual(aBackend());
});

test("drones shows each drone, and --json all of them", SLOW, async () => {
  await using api = await scriptedApi({ "GET /v1/drones": answer({ drones: [aDrone()] }) });
  const shown = await runHangar(["drones"], at(api.url));
  expect(shown).toMatchObject({ code: 0, stderr: "" });
  expect(shown.stdout).toContain("● healthy");
  const { stdout } = await inside(api.url, "drones", "--json");
  expect(JSON.parse(stdout)).toEqual([aDrone()]);
});

test("status needs no key", async () => {
  await using api = await scriptedApi({
    [`GET /v1/backends/${ID}/status`]: answer({ status: "ready", time: 1 }),
  });
  const { code, stdout } = await runInside(["status", ID, "--url", api.url]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^● ready +for \d+d\n$/);
  expect(api.asked[0]?.headers.authorization).toBeUndefined();
});

test("status -f prints each state as it comes, until the end", SLOW, async () => {
  await using api = await scriptedApi({
    [`GET /v1/backends/${ID}/status/stream`]: events(
      [
        { id: "scheduled", data: { status: "scheduled", time: 0 } },
        {
          event: "progress",
          data: { status: "loading", time: 0, progress: { percent: 1, text: "" } },
        },
        { id: "ready", data: { status: "ready", time: 1_500 } },
        {
          id: "terminated",
          data: { status: "terminated", time: 2_000, termination_reason: "swept" },
        },
      ],
      "stay",
    ),
  });
  const { code, stdout } = await runHangar(["status", ID, "-f"], { HANGAR_URL: api.url });
  expect({ code, lines: stdout.trimEnd().split("\n") }).toEqual({
    code: 0,
    lines: [
      "○ scheduled        00:00:00.000",
      "● ready            00:00:01.500  after 1.5 s",
      "✕ terminated       00:00:02.000  after 500 ms  swept: it was idle for too long, or over age",
    ],
  });
  const asJson = await runInside(["status", ID, "-f", "--json", "--url", api.url]);
  expect(
    asJson.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).status),
  ).toEqual(["scheduled", "loading", "ready", "terminated"]);
});

test("following a status ends well on Ctrl-C", async () => {
  const ctrlC = new AbortController();
  await using api = await scriptedApi({
    [`GET /v1/backends/${ID}/status/stream`]: () => ctrlC.abort(new Interrupted(2)),
  });
  const ended = await runInside(["status", ID, "-f", "--url", api.url], {}, ctrlC.signal);
  expect(ended).toEqual({ code: 0, stdout: "", stderr: "" });
});

const TERMINATE = (id: string) => `POST /v1/backends/${id}/terminate`;

test(
  "terminate tries every id, tells which failed, and exits as the first failure has it",
  SLOW,
  async () => {
    await using api = await scriptedApi({
      [TERMINATE(OTHER_ID)]: answer({ backend_id: OTHER_ID, status: "terminating" }),
    });
    const { code, stdout, stderr } = await runHangar(["terminate", ID, OTHER_ID], at(api.url));
    expect({ code, stdout }).toEqual({ code: 4, stdout: `${OTHER_ID}  ◌ terminating\n` });
    expect(stderr).toContain(`${ID}  ✖ No such thing`);
    expect(stderr).toContain("1 of 2 could not be ended.");
  },
);

test("ending what has ended is a note and no failure", async () => {
  await using api = await scriptedApi({
    [TERMINATE(ID)]: answer({ backend_id: ID, status: "terminated" }),
  });
  expect(await inside(api.url, "terminate", ID)).toEqual({
    code: 0,
    stdout: `${ID}  ✕ terminated (already)\n`,
    stderr: "",
  });
});

test("what was asked to end is ending, though its drone has told nothing of it yet", async () => {
  await using api = await scriptedApi({
    [TERMINATE(ID)]: answer({ backend_id: ID, status: "ready" }),
  });
  const { stdout } = await inside(api.url, "terminate", "--hard", ID);
  expect(stdout).toBe(`${ID}  ◌ ending\n`);
});

test("terminate --all --hard --wait ends every live backend and waits for it", async () => {
  await using api = await scriptedApi({
    "GET /v1/backends": page(aSummary()),
    [TERMINATE(ID)]: answer({ backend_id: ID, status: "hard-terminating" }),
    [`GET /v1/backends/${ID}/status/stream`]: events(
      [{ id: "terminated", data: { status: "terminated", time: 1 } }],
      "end",
    ),
  });
  const args = ["terminate", "--all", "--hard", "--grace", "1m", "--wait", "--json"];
  const { code, stdout } = await inside(api.url, ...args);
  expect({ code, answer: JSON.parse(stdout) }).toEqual({
    code: 0,
    answer: { backend_id: ID, status: "terminated" },
  });
  expect(api.asked.find(({ method }) => method === "POST")?.body).toEqual({
    hard: true,
    grace_seconds: 60,
  });
});

test.each([[[]], [["--all", ID]]])("terminate %j is a wrong command line", async (args) => {
  expect(await inside("http://127.0.0.1:1", "terminate", ...args)).toMatchObject({
    code: 2,
  });
});

test("terminate --json tells failures as JSON too", async () => {
  await using api = await scriptedApi({
    [TERMINATE(ID)]: refuse(503, "no-drone-available", "gone"),
  });
  const { code, stdout } = await inside(api.url, "terminate", ID, "--json");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    backend_id: ID,
    error: { code: "no-drone-available" },
  });
});
