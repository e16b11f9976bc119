import { expect, test } from "vitest";
import { formatRate, parseRate } from "../../src/cli/settings/parse-rate.ts";
import type { ApiKey } from "../../src/protocol/api-key.ts";
import type { AuditEntry } from "../../src/protocol/audit.ts";
import { answer, refuse, scriptedApi } from "../client/scripted-api.ts";
import { runInside } from "./run-hangar.ts";

function inside(url: string, ...args: string[]) {
  return runInside([...args, "--url", url, "--api-key", "hak_1"]);
}

function aKey(fields: Partial<ApiKey> = {}): ApiKey {
  return {
    id: "ak_one",
    name: "ci",
    scopes: ["connect", "read"],
    namespace: null,
    rate_limit: null,
    created_at: 1_000,
    expires_at: null,
    last_used_at: null,
    ...fields,
  };
}

const KEYS = "/v1/api-keys";

test("keys create sends what was asked for, and prints the secret alone to stdout", async () => {
  const made = { ...aKey(), key: "hak_secret" };
  await using api = await scriptedApi({ [`POST ${KEYS}`]: answer(made) });
  const options = ["--scope", "connect", "--scope", "read", "--namespace", "n"];
  const limits = ["--expires", "30d", "--rate", "50/s"];
  const { code, stdout, stderr } = await inside(
    api.url,
    "keys",
    "create",
    "ci",
    ...options,
    ...limits,
  );
  expect({ code, stdout }).toEqual({ code: 0, stdout: "hak_secret\n" });
  expect(stderr).toContain("ak_one may connect, read, for 30d");
  expect(api.asked[0]?.body).toEqual({
    name: "ci",
    scopes: ["connect", "read"],
    namespace: "n",
    expires_in_seconds: 2_592_000,
    rate_limit: { requests_per_second: 50, burst: 100 },
  });
  const json = await inside(api.url, "keys", "create", "ci", "--scope", "read", "--json");
  expect(JSON.parse(json.stdout)).toEqual(made);
});

test("keys create wants scopes that there are", async () => {
  expect(await runInside(["keys", "create", "ci"])).toMatchObject({ code: 2 });
  const wrong = await runInside(["keys", "create", "ci", "--scope", "root"]);
  expect(wrong).toMatchObject({ code: 2 });
  expect(wrong.stderr).toContain("admin, connect, read, drone, proxy");
});

test("keys ls shows what each may do, until when, and when it was last used", async () => {
  const now = Date.now();
  const keys = [
    aKey({ last_used_at: now - 60_500 }),
    aKey({
      id: "ak_two",
      name: "old\u001b[31m",
      namespace: "n",
      rate_limit: { requests_per_second: 0.5, burst: 1 },
      expires_at: now - 3_600_500,
    }),
  ];
  await using api = await scriptedApi({ [`GET ${KEYS}`]: answer({ api_keys: keys }) });
  const { stdout } = await inside(api.url, "keys", "ls");
  const [head, first, second] = stdout.split("\n");
  expect(head).toMatch(/^ID +NAME +SCOPES +NAMESPACE +RATE +EXPIRES +LAST USED$/);
  expect(first).toMatch(/^ak_one +ci +connect, read +all +- +never +1m ago$/);
  expect(second).toMatch(/^ak_two +old +connect, read +n +30\/m, 1 at once +1h ago +never$/);
  expect(JSON.parse((await inside(api.url, "keys", "ls", "--json")).stdout)).toEqual(keys);
});

test("keys revoke says that it is done, or why not; --force goes with the question", async () => {
  await using api = await scriptedApi({
    [`DELETE ${KEYS}/ak_one`]: [
      answer({ id: "ak_one", revoked: true }),
      refuse(409, "last-admin-key", "it is the last"),
    ],
  });
  const done = await inside(api.url, "keys", "revoke", "ak_one", "--force");
  expect(done).toEqual({ code: 0, stdout: "ak_one  revoked\n", stderr: "" });
  const refused = await inside(api.url, "keys", "revoke", "ak_one");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("It is the last");
  expect(api.asked.map(({ path }) => path)).toEqual([
    `${KEYS}/ak_one?force=true`,
    `${KEYS}/ak_one`,
  ]);
});

test("audit asks for what is wanted, page by page, and shows who did what", async () => {
  const entry: AuditEntry = {
    cursor: "7",
    at: Date.now() - 5_500,
    key_id: "ak_one",
    key_name: "ci",
    address: "192.0.2.1",
    action: "backend.terminate",
    target: "abcdefghij0001",
    namespace: "n",
    details: { kind: "hard", grace_seconds: null },
  };
  const byService = { ...entry, key_id: null, key_name: null, action: "drone.drain" };
  await using api = await scriptedApi({
    "GET /v1/audit": [
      answer({ entries: [entry], next_cursor: "7" }),
      answer({ entries: [byService, entry, entry], next_cursor: "5" }),
    ],
  });
  const filters = ["--key", "ak_one", "--action", "backend.terminate", "--since", "1h"];
  const { stdout } = await inside(api.url, "audit", ...filters, "--limit", "2");
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(
    /^\ds ago +ci +192\.0\.2\.1 +backend\.terminate +abcdefghij0001 +namespace=n kind=hard$/,
  );
  expect(lines[2]).toContain("forward-auth");
  const queries = api.asked.map(({ path }) => new URLSearchParams(path.split("?")[1]));
  expect(queries.map((query) => query.get("cursor"))).toEqual([null, "7"]);
  expect(queries[0]?.get("key_id")).toBe("ak_one");
  expect(queries[0]?.get("action")).toBe("backend.terminate");
  expect(Number(queries[0]?.get("since"))).toBeLessThan(Date.now() - 3_500_000);
});

test.each([
  ["50", 50, 100, "50/s, 100 at once"],
  ["50/s", 50, 100, "50/s, 100 at once"],
  ["30/m", 0.5, 1, "30/m, 1 at once"],
  ["2.5/s/7", 2.5, 7, "2.5/s, 7 at once"],
  ["1000/5000", 1_000, 5_000, "1000/s, 5000 at once"],
])("%s is a rate", (text, requests_per_second, burst, shown) => {
  expect(parseRate(text)).toEqual({ requests_per_second, burst });
  expect(formatRate({ requests_per_second, burst })).toBe(shown);
});

test.each(["", "0", "-1", "50/h", "50/s/0", "fast"])("%j is no rate", (text) => {
  expect(() => parseRate(text)).toThrow(/Expected a rate/);
});

test("a forward-auth URL that is wrong is not told back, as it may hold a secret", async () => {
  const { code, stderr } = await runInside(["controller", "--forward-auth", "ftp://planted@x"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--forward-auth");
  expect(stderr).not.toContain("planted");
});
