import { expect, test } from "vitest";
import { checkArguments } from "../../controller/connect/check-arguments.ts";
import { aController } from "./a-controller.ts";

const MOST = 131_071;

const refusalOf = (spawn: Parameters<typeof checkArguments>[1]) => {
  try {
    checkArguments("spawn", spawn);
    return undefined;
  } catch (error) {
    return error;
  }
};

test.each([
  ["a variable of just so many bytes", { env: { NAME: "x".repeat(MOST - 5) } }],
  ["an argument of just so many bytes", { command: ["x".repeat(MOST)] }],
  ["as many of them as there may be", { command: Array(7).fill("x".repeat(MOST)) }],
  ["nothing", {}],
])("%s is taken", (_what, spawn) => {
  expect(refusalOf(spawn)).toBeUndefined();
});

test.each([
  ["a variable that is longer", { env: { A: "", NAME: "x".repeat(MOST - 4) } }, "spawn.env.NAME"],
  ["one of many bytes and few characters", { env: { E: "😀".repeat(32_768) } }, "spawn.env.E"],
  ["an argument that is longer", { command: ["a", "x".repeat(MOST + 1)] }, "spawn.command.1"],
  ["too many of them", { command: Array(8).fill("x".repeat(MOST)) }, "spawn"],
  [
    "many small ones, for what each costs beside its text",
    { command: Array(256).fill("x".repeat(4_088)) },
    "spawn",
  ],
])("%s is refused, and its field and the limit are named", (_what, spawn, field) => {
  const limit = field === "spawn" ? "1048576 bytes" : `${MOST} bytes`;
  expect(refusalOf(spawn)).toMatchObject({
    code: "invalid-request",
    details: { field },
    message: expect.stringContaining(limit),
  });
});

const LONG = { image: "app", env: { PASSWORD: "planted".repeat(20_000) } };

test("no route takes what no drone could start, be it so long or so much together", async () => {
  await using hangar = await aController();
  const env = (prefix: string) =>
    Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`${prefix}${n}`, "x".repeat(100_000)]));
  const board = { name: "board", spawn: { image: "app", env: env("A") } };
  expect((await hangar.call("POST", "/v1/services", board)).status).toBe(201);
  const executable = { env: LONG.env };
  const connect = "/v2/service/default/board/connect";
  const rule = "spawn.env.PASSWORD: at most 131071 bytes";
  for (const [method, path, body, told = rule] of [
    ["POST", "/v1/connect", { spawn: LONG }],
    ["POST", "/v1/services", { name: "other", spawn: LONG }],
    ["PUT", "/v1/services/board", { spawn: LONG }],
    ["POST", "/ctrl/connect", { spawn_config: { executable: LONG } }],
    ["POST", connect, { key: "doc", spawn: { executable } }],
    ["POST", connect, { spawn: { executable: { env: env("B") } } }, "1048576 bytes together"],
  ] as const) {
    const answer = await hangar.call(method, path, body);
    const text = JSON.stringify(answer.body);
    expect(answer.status, path).toBe(400);
    expect(text).toContain(told);
    expect(text).not.toContain("planted");
  }
});
