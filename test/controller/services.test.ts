import { expect, test } from "vitest";
import { Service, ServiceList } from "../../src/protocol/service.ts";
import { validatorOf } from "../../src/protocol/validate.ts";
import { aController } from "./a-controller.ts";

const SPAWN = {
  image: "reg/board:1",
  env: { PASSWORD: "planted-env" },
  credentials: { username: "ada", password: "planted-password" },
  max_idle_seconds: 60,
};

test("a service is created, shown, replaced and deleted, and its secrets are in no answer", async () => {
  await using hangar = await aController();
  const body = { account: "acme", name: "board", spawn: SPAWN, environments: { staging: {} } };
  const created = await hangar.call("POST", "/v1/services", body);
  expect(created.status).toBe(201);
  const shown = await hangar.call("GET", "/v1/services/board?account=acme");
  expect(validatorOf(Service).explain(shown.body)).toBe("no error");
  expect(shown.body).toMatchObject({
    namespace: "acme/board",
    spawn: { image: "reg/board:1", max_idle_seconds: 60 },
    env_names: ["PASSWORD"],
    has_credentials: true,
    environments: [{ name: "staging", namespace: "acme/board/staging", image: null }],
    images: [{ image: "reg/board:1" }],
  });
  const put = await hangar.call("PUT", "/v1/services/board?account=acme", {
    spawn: { image: "reg/board:2" },
  });
  expect(put.body).toMatchObject({ env_names: ["PASSWORD"], environments: [] });
  const listed = await hangar.call("GET", "/v1/services");
  expect(validatorOf(ServiceList).explain(listed.body)).toBe("no error");
  const deleted = await hangar.call("DELETE", "/v1/services/board?account=acme");
  expect(deleted.status).toBe(200);
  const answers = JSON.stringify([created, shown, put, listed, deleted].map((each) => each.body));
  expect(answers).not.toContain("planted");
  expect((await hangar.call("DELETE", "/v1/services/board?account=acme")).status).toBe(404);
  expect(hangar.logLines.join()).not.toContain("planted");
});

test("a service of no account is of the default one; a second of its name is 409", async () => {
  await using hangar = await aController();
  const created = await hangar.call("POST", "/v1/services", { name: "board" });
  expect(created.body).toMatchObject({ account: "default", namespace: "default/board", spawn: {} });
  expect(await hangar.call("POST", "/v1/services", { name: "board" })).toMatchObject({
    status: 409,
    body: { error: { code: "service-exists" } },
  });
  expect((await hangar.call("GET", "/v1/services/board")).status).toBe(200);
  expect((await hangar.call("GET", "/v1/services/board?account=acme")).status).toBe(404);
});

const NO_SERVICES: [unknown, string][] = [
  [{ name: "a/b" }, "name"],
  [{ name: "-".repeat(49) }, "name"],
  [{ name: "x", account: "" }, "account"],
  [{ name: "x", spawn: { imagee: "y" } }, "spawn.imagee"],
  [{ name: "x", environments: { default: {} } }, "environments"],
  [{ name: "x", environments: { "a b": {} } }, "environments"],
  [{ name: "x", environments: { eu: { env: {} } } }, "environments.eu.env"],
];

test("what is no service is refused, and its field is named", async () => {
  await using hangar = await aController();
  for (const [body, named] of NO_SERVICES) {
    const answer = await hangar.call("POST", "/v1/services", body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid-request" } } });
    expect(JSON.stringify(answer.body)).toContain(named);
  }
  expect((await hangar.call("GET", "/v1/services")).body).toMatchObject({ services: [] });
});

test("services want a key", async () => {
  await using hangar = await aController();
  expect((await hangar.call("GET", "/v1/services", undefined, null)).status).toBe(401);
});
