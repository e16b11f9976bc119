import { expect, test } from "vitest";
import { givenEnv } from "../../../drone/runtime/given-env.ts";
import type { BackendSpec } from "../../../src/protocol/drone-messages.ts";
import { newBackendId } from "../../../src/protocol/ids.ts";

const spec: BackendSpec = {
  backend_id: newBackendId(),
  key: { name: "doc/1", namespace: "team", tag: "v2" },
  fencing_token: 42,
  image: "app",
  pull_policy: "never",
  env: {},
  port: 3000,
  grace_seconds: 10,
  ready: {},
  resources: {},
};

test("a backend is given its port, id, key name and fencing token", () => {
  expect(givenEnv(spec, 3000)).toEqual({
    PORT: "3000",
    SESSION_BACKEND_ID: spec.backend_id,
    SESSION_BACKEND_KEY: "doc/1",
    SESSION_BACKEND_FENCING_TOKEN: "42",
  });
});

test("Hangar's variables win over the user's, and a static token is given only where there is one", () => {
  const env = {
    PORT: "1",
    SESSION_BACKEND_ID: "forged",
    SESSION_BACKEND_STATIC_TOKEN: "forged",
    COLOUR: "blue",
  };
  expect(givenEnv({ ...spec, env }, 3000)).toMatchObject({
    PORT: "3000",
    SESSION_BACKEND_ID: spec.backend_id,
    COLOUR: "blue",
  });
  expect(givenEnv({ ...spec, env }, 3000)).not.toHaveProperty("SESSION_BACKEND_STATIC_TOKEN");
  expect(givenEnv({ ...spec, static_token: "hst_x" }, 3000)).toMatchObject({
    SESSION_BACKEND_STATIC_TOKEN: "hst_x",
  });
});

test("a value with a NUL is refused by its name, without the value", () => {
  const env = { PASSWORD: "s3cret\0" };
  expect(() => givenEnv({ ...spec, env }, 3000)).toThrow(/^the value of PASSWORD holds a NUL/);
});
