import { expect, test } from "vitest";
import { answer, refuse, scriptedApi } from "../client/scripted-api.ts";
import { ID } from "./fixtures.ts";
import { runInside } from "./run-hangar.ts";

const TOKENS = `/v1/backends/${ID}/tokens`;
const TOKEN_ID = `tk_${"7".repeat(24)}`;

function inside(url: string, ...args: string[]) {
  return runInside(["tokens", ...args, "--url", url, "--api-key", "hak_1"]);
}

function aToken(user: string | null, ageMs: number) {
  const now = Date.now();
  return { id: TOKEN_ID, user, created_at: now - ageMs, expires_at: now + 9_000_000 };
}

test("tokens ls shows whose each is, and for how long", async () => {
  const tokens = [aToken("ada\u001b[31m", 90_000), aToken(null, 9_000_000)];
  await using api = await scriptedApi({
    [`GET ${TOKENS}`]: answer({ tokens, next_cursor: null }),
  });
  const { code, stdout } = await inside(api.url, "ls", ID);
  expect(code).toBe(0);
  expect(stdout.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
    ["ID", "USER", "AGE", "EXPIRES"],
    [TOKEN_ID, expect.stringMatching(/^ada[ -~]*$/), "1m", "in 2h"],
    [TOKEN_ID, "-", "2h", "in 2h"],
    [""],
  ]);
  expect(JSON.parse((await inside(api.url, "ls", ID, "--json")).stdout)).toEqual(tokens);
});

test("tokens ls reads page by page, of one user if it is named", async () => {
  await using api = await scriptedApi({
    [`GET ${TOKENS}`]: [
      answer({ tokens: [aToken("ada", 1)], next_cursor: "1.tk" }),
      answer({ tokens: [aToken("ada", 2)], next_cursor: null }),
    ],
  });
  const { stdout } = await inside(api.url, "ls", ID, "--user", "ada", "--json");
  expect(JSON.parse(stdout)).toHaveLength(2);
  expect(api.asked.map(({ path }) => path)).toEqual([
    `${TOKENS}?user=ada`,
    `${TOKENS}?user=ada&cursor=1.tk`,
  ]);
});

test.each([
  [[TOKEN_ID], `${TOKENS}/${TOKEN_ID}`, 1, "1 token revoked"],
  [["--user", "a&b"], `${TOKENS}?user=a%26b`, 2, "2 tokens revoked"],
  [["--all"], TOKENS, 0, "0 tokens revoked"],
])("tokens revoke %j asks for it", async (which, path, revoked, told) => {
  await using api = await scriptedApi({
    [`DELETE ${path.split("?")[0]}`]: answer({ backend_id: ID, revoked }),
  });
  expect(await inside(api.url, "revoke", ID, ...which)).toEqual({
    code: 0,
    stdout: `${ID}  ${told}\n`,
    stderr: "",
  });
  expect(api.asked).toMatchObject([{ method: "DELETE", path }]);
  const { stdout } = await inside(api.url, "revoke", ID, ...which, "--json");
  expect(JSON.parse(stdout)).toEqual({ backend_id: ID, revoked });
});

test.each([
  [[], "Which tokens?"],
  [[TOKEN_ID, "--all"], "Only one of these"],
  [["--user", "ada", "--all"], "Only one of these"],
  [[`hct_${"T".repeat(40)}`], "A token's id is"],
])("tokens revoke %j asks for nothing, and says what is wrong", async (which, told) => {
  await using api = await scriptedApi({});
  const { code, stderr } = await inside(api.url, "revoke", ID, ...which);
  expect({ code, asked: api.asked.length }).toEqual({ code: 2, asked: 0 });
  expect(stderr).toContain(told);
});

test("a static token is explained", async () => {
  await using api = await scriptedApi({
    [`DELETE ${TOKENS}`]: refuse(409, "static-token", "terminate it"),
  });
  const { code, stderr } = await inside(api.url, "revoke", ID, "--all");
  expect(code).toBe(1);
  expect(stderr).toContain("Terminate it");
});
