import { expect, test } from "vitest";
import { aController } from "./a-controller.ts";

const DOMAIN = "/v1/acme/domains/sessions.example.com";
const ORDER = { holder: "px-one/identity", ttl_ms: 60_000 };
const CERTIFICATE = {
  id: "c1",
  directory: "https://ca.example/dir",
  chain: "planted-chain",
  key: "planted-key",
};

test("one proxy orders, and the other takes the certificate that comes of it", async () => {
  await using hangar = await aController();
  const { proxy: key } = hangar.controller.keys;
  const one = "px-one/identity";
  const order = (holder: string) =>
    hangar.call("POST", `${DOMAIN}/order`, { ...ORDER, holder }, key);
  expect((await order(one)).body).toEqual({ granted: true, retry_in_ms: 0 });
  const refused = await order("px-two/identity");
  expect(refused.body).toMatchObject({ granted: false });
  expect((refused.body as { retry_in_ms: number }).retry_in_ms).toBeGreaterThan(0);

  const values = ["one", "two"];
  const set = await hangar.call("PUT", `${DOMAIN}/challenge`, { holder: one, values }, key);
  expect(set.status).toBe(200);
  const asked = await hangar.call("GET", `${DOMAIN}/challenge`, undefined, key);
  expect(asked.body).toEqual({ values });

  const none = await hangar.call("GET", `${DOMAIN}/certificate`, undefined, key);
  expect(none.body).toEqual({ id: null });
  const put = { holder: one, ...CERTIFICATE };
  expect((await hangar.call("PUT", `${DOMAIN}/certificate`, put, key)).status).toBe(200);
  const got = await hangar.call("GET", `${DOMAIN}/certificate`, undefined, key);
  expect(got.body).toEqual({ ...CERTIFICATE, age_ms: expect.any(Number) });
  const same = await hangar.call("GET", `${DOMAIN}/certificate?have=c1`, undefined, key);
  expect(same.body).toEqual({
    id: "c1",
    directory: CERTIFICATE.directory,
    age_ms: expect.any(Number),
  });

  await hangar.call("POST", `${DOMAIN}/release`, { holder: one }, key);
  const after = await hangar.call("GET", `${DOMAIN}/challenge`, undefined, key);
  expect(after.body).toEqual({ values: [] });
  expect(hangar.logLines.join("")).not.toContain("planted");
});

test("who does not hold the order sets neither answers nor a certificate", async () => {
  await using hangar = await aController();
  const { proxy: key } = hangar.controller.keys;
  await hangar.call("POST", `${DOMAIN}/order`, ORDER, key);
  const holder = "px-two/identity";
  for (const [path, body] of [
    ["challenge", { holder, values: ["forged"] }],
    ["certificate", { holder, ...CERTIFICATE }],
  ] as const) {
    const answer = await hangar.call("PUT", `${DOMAIN}/${path}`, body, key);
    expect(answer).toMatchObject({ status: 409, body: { error: { code: "order-not-held" } } });
  }
});

test("only a key of scope proxy may, and only what can be a TXT value is set", async () => {
  await using hangar = await aController();
  const { admin, drone, proxy } = hangar.controller.keys;
  for (const key of [admin, drone]) {
    for (const path of [`${DOMAIN}/certificate`, `${DOMAIN}/challenge`]) {
      expect((await hangar.call("GET", path, undefined, key)).status).toBe(403);
    }
  }
  const challenge = { holder: ORDER.holder, values: ["a b"] };
  expect((await hangar.call("PUT", `${DOMAIN}/challenge`, challenge, proxy)).status).toBe(400);
});

test("the account key that was kept first is everybody's", async () => {
  await using hangar = await aController();
  const { proxy: key } = hangar.controller.keys;
  const directory = "https://ca.example/dir";
  for (const mine of ["first", "second"]) {
    const answer = await hangar.call("POST", "/v1/acme/account", { directory, key: mine }, key);
    expect(answer.body).toEqual({ key: "first" });
  }
});
