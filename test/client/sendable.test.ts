import { expect, test } from "vitest";
import { createClient } from "../../src/client/client.ts";
import { answer, scriptedApi } from "./scripted-api.ts";

test.each(["hak_topsecret\nfoo", "hak_topsecret foo", "hak_topsecret→"])(
  "a key that no header takes is told as such, unquoted, and nothing is sent: %j",
  async (key) => {
    await using api = await scriptedApi({ "GET /v1/cluster": answer({}) });
    const error = await createClient({ url: api.url, key })
      .cluster()
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "HangarError", code: "unsendable", neverSent: true });
    expect(JSON.stringify([String(error), (error as Error).cause])).not.toContain("topsecret");
    expect(api.asked).toEqual([]);
  },
);

test("a key as a file has it, with a line break at its end, is sent without that", async () => {
  await using api = await scriptedApi({ "GET /v1/cluster": answer({}) });
  await createClient({ url: api.url, key: "hak_1\n" }).cluster();
  expect(api.asked[0]?.headers.authorization).toBe("Bearer hak_1");
});

test.each([
  ["nonsense", "no http:// or https:// address: nonsense"],
  ["localhost:8080", "no http:// or https:// address: localhost:8080"],
  ["htp://me:topsecret@h", "no http:// or https:// address"],
  ["http://me:topsecret@h", "the URL of h has a name or a password in it"],
])("a URL that nothing can be sent to is told as such: %s", async (url, message) => {
  const client = createClient({ url });
  const calls = [client.health(), client.events()[Symbol.asyncIterator]().next()];
  for (const call of calls) {
    const error = await call.catch((error: unknown) => error);
    expect(error).toMatchObject({ name: "HangarError", code: "unsendable" });
    expect(String(error)).toContain(message);
    expect(String(error)).not.toContain("topsecret");
  }
});

const circular: Record<string, unknown> = {};
circular.itself = circular;

test.each([
  ["that holds itself", circular],
  ["with a BigInt", { n: 1n }],
])("a body %s is told as such", async (_, auth) => {
  const call = createClient({ url: "http://127.0.0.1:1" }).connect({ key: { name: "a" }, auth });
  await expect(call).rejects.toMatchObject({
    code: "unsendable",
    message: expect.stringContaining("the request is no JSON"),
  });
});

/** A platform whose every request fails like this. */
function failingWith(cause: object) {
  let sent = 0;
  const fetch = async () => {
    sent += 1;
    throw new TypeError("fetch failed", { cause });
  };
  return { client: createClient({ url: "http://h", fetch }), sent: () => sent };
}

test.each([
  ["read", { code: "EHOSTUNREACH", syscall: "read" }, 1],
  ["write", { code: "ENETUNREACH", syscall: "write" }, 1],
  ["connect", { code: "EHOSTUNREACH", syscall: "connect" }, 3],
  ["look-up", { code: "ENOTFOUND", syscall: "getaddrinfo" }, 3],
  ["time to connect", { code: "UND_ERR_CONNECT_TIMEOUT" }, 3],
  ["connect to each address", { code: "ECONNREFUSED", errors: [{ syscall: "connect" }] }, 3],
])(
  "a connect without a key after a failed %s is sent again only if it never left",
  async (...row) => {
    const [, cause, tries] = row;
    const { client, sent } = failingWith(cause);
    const failed = client.connect({ spawn: { image: "x" } });
    await expect(failed).rejects.toMatchObject({ code: "unreachable", neverSent: tries > 1 });
    expect(sent()).toBe(tries);
  },
);

test("a body that breaks is `unreachable`, also where the platform tells no URL of it", async () => {
  const text = () => Promise.reject(new TypeError("terminated"));
  const response = { ok: true, status: 200, url: "", headers: new Headers(), text };
  const fetch = async () => response as unknown as Response;
  const failed = createClient({ url: "http://h", fetch }).status("a");
  await expect(failed).rejects.toMatchObject({
    code: "unreachable",
    message: "cannot reach http://h: terminated",
  });
});
