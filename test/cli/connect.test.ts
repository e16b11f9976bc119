import { expect, test } from "vitest";
import { answer, events, scriptedApi } from "../client/scripted-api.ts";
import { FAILED, ID } from "./fixtures.ts";
import { runHangar, runInside } from "./run-hangar.ts";

const URL = `http://${ID}.localhost:9090/hct_x/`;
const RESPONSE = {
  backend_id: ID,
  key: { name: "doc", namespace: "", tag: "" },
  spawned: true,
  status: "scheduled",
  token: "hct_x",
  url: URL,
  drone: "dr-box",
};
const at = (status: string, time: number, more = {}) => ({
  id: status,
  data: { status, time, ...more },
});
const READY = events(
  [
    at("scheduled", 0),
    at("loading", 4),
    {
      event: "progress",
      data: { status: "loading", time: 4, progress: { percent: 42, text: "" } },
    },
    at("starting", 1_204),
    at("ready", 1_404),
  ],
  "stay",
);
const STREAM = `GET /v1/backends/${ID}/status/stream`;

function connect(url: string, ...args: string[]) {
  return runInside(["connect", "--url", url, "--api-key", "hak_1", ...args]);
}

const SLOW = { timeout: 30_000 };

test("without --wait it answers at once: the URL to stdout, the rest to stderr", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": answer(RESPONSE) });
  const { code, stdout, stderr } = await connect(api.url, "--image", "img");
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${URL}\n` });
  expect(stderr).toMatch(/^ {2}○ scheduled {2}\w+ spawned on dr-box in \d+ ms\n$/);
  expect(api.asked).toMatchObject([
    { headers: { authorization: "Bearer hak_1" }, body: { spawn: { image: "img" } } },
  ]);
});

test(
  "--wait tells each finished step with its time, without escape codes in a pipe",
  SLOW,
  async () => {
    await using api = await scriptedApi({ "POST /v1/connect": answer(RESPONSE), [STREAM]: READY });
    const { code, stdout, stderr } = await runHangar([
      "connect",
      "--url",
      api.url,
      "--api-key",
      "k",
      "--image",
      "img",
      "--wait",
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${URL}\n` });
    expect(stderr.split("\n")).toMatchObject([
      "scheduled (4 ms)",
      "image present (1.2 s)",
      "started (200 ms)",
      expect.stringContaining("● ready"),
      "",
    ]);
    expect(stdout + stderr).not.toContain("\u001b");
  },
);

test("--quiet prints the URL and nothing else", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": answer(RESPONSE), [STREAM]: READY });
  expect(await connect(api.url, "--image", "img", "--wait", "--quiet")).toEqual({
    code: 0,
    stdout: `${URL}\n`,
    stderr: "",
  });
});

test("--json prints the API's answer, with the status that was waited for", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": answer(RESPONSE), [STREAM]: READY });
  const { code, stdout, stderr } = await connect(api.url, "--image", "img", "--wait", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({ ...RESPONSE, status: "ready" });
});

test(
  "a backend that ends instead of becoming ready is exit code 3, with its last words",
  SLOW,
  async () => {
    await using api = await scriptedApi({
      "POST /v1/connect": answer(RESPONSE),
      [STREAM]: events([at("scheduled", 0), at("starting", 5), at("terminated", 9)], "stay"),
      [`GET /v1/backends/${ID}`]: answer(FAILED),
    });
    const { code, stdout, stderr } = await runHangar([
      "connect",
      "--url",
      api.url,
      "--api-key",
      "k",
      "--image",
      "img",
      "--wait",
    ]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toBe(
      [
        "scheduled (5 ms)",
        `✖ ${ID} ended instead of becoming ready: exited, code 3: the app ended by itself.`,
        "  it exited with code 3",
        "  │ reading config",
        "  │ no DATABASE_URL",
        `  \`hangar inspect ${ID}\` shows how far it came.`,
        "",
      ].join("\n"),
    );
  },
);

test("a backend that is not ready in time goes on starting, and that is said", async () => {
  await using api = await scriptedApi({
    "POST /v1/connect": answer(RESPONSE),
    [STREAM]: events([at("scheduled", 0), at("loading", 4)], "stay"),
  });
  const args = ["--image", "img", "--wait", "--wait-seconds", "1"];
  const { code, stderr } = await connect(api.url, ...args);
  expect(code).toBe(1);
  expect(stderr).toContain(`${ID} is not ready after 1 s; it is loading.`);
  expect(stderr).toContain(`hangar status ${ID} -f`);
});

test("every flag reaches the request", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": answer(RESPONSE) });
  const flags =
    "--image img --key doc --namespace acme --tag v2 --env A=1 --env B=x=y --port 3000 --pool gpu " +
    "--cluster Sessions.Example.com --max-idle 5m --lifetime 1d --grace 30 --memory 256m --cpus 0.5 " +
    "--pids 64 --mount boards/7 --static-token --subdomain board --label team=blue --user ann " +
    '--auth {"role":"editor"} --ready-path /healthz --wait-seconds 9 --queue 20 -- serve --debug -x';
  const { code, stderr } = await connect(api.url, ...flags.split(" "));
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(api.asked[0]?.body).toEqual({
    key: { name: "doc", namespace: "acme", tag: "v2" },
    spawn: {
      image: "img",
      env: { A: "1", B: "x=y" },
      command: ["serve", "--debug", "-x"],
      pool: "gpu",
      cluster: "sessions.example.com",
      port: 3000,
      max_idle_seconds: 300,
      lifetime_limit_seconds: 86_400,
      grace_seconds: 30,
      resources: { cpus: 0.5, memory_bytes: 268_435_456, pids: 64 },
      mount: "boards/7",
      ready: { path: "/healthz" },
      labels: { team: "blue" },
      use_static_token: true,
      subdomain: "board",
    },
    user: "ann",
    auth: { role: "editor" },
    wait_seconds: 9,
    queue_seconds: 20,
  });
});

test("a key alone finds its backend; spawn is another name; --mount needs no path", async () => {
  await using api = await scriptedApi({ "POST /v1/connect": answer(RESPONSE) });
  await connect(api.url, "--key", "doc");
  await runInside([
    "spawn",
    "--url",
    api.url,
    "--api-key",
    "k",
    "--image",
    "i",
    "--public",
    "--mount",
  ]);
  expect(api.asked.map(({ body }) => body)).toEqual([
    { key: { name: "doc" } },
    { spawn: { image: "i", access: "public", mount: true } },
  ]);
});

test.each([
  [["--namespace", "acme", "--image", "i"], "belong to a key"],
  [["--key", "doc", "--memory", "1g"], "Without --image nothing can be spawned"],
  [[], "neither an image nor a key"],
  [["--image", "i", "--memory", "lots"], "'--memory <size>' argument 'lots' is invalid"],
  [["--image", "i", "--env", "A"], "Expected NAME=value"],
  [["--image", "i", "--json", "--quiet"], "cannot be used with"],
])("connect %j is a wrong command line: exit code 2", async (args, text) => {
  const { code, stdout, stderr } = await runInside(["connect", "--api-key", "k", ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(text);
});

test("a backend that was found ready is not waited for, and has no steps", async () => {
  await using api = await scriptedApi({
    "POST /v1/connect": answer({ ...RESPONSE, spawned: false, status: "ready" }),
  });
  const { code, stderr } = await connect(api.url, "--key", "doc", "--wait");
  expect(code).toBe(0);
  expect(stderr).toMatch(/^ {2}● ready {2}\w+ found on dr-box in \d+ ms\n$/);
  expect(api.asked).toHaveLength(1);
});
