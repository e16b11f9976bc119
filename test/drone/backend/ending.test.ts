import { expect, test } from "vitest";
import { accepted, withState } from "../../../drone/backend/backend-record.ts";
import { failed, requestEnd } from "../../../drone/backend/ending.ts";
import { specOf } from "../spec-of.ts";

const loading = accepted(specOf(), 1_000);
const soft = { kind: "soft", reason: "swept" } as const;
const hard = { kind: "hard", reason: "external" } as const;

test("a soft end makes a backend terminating, for the reason given", () => {
  expect(requestEnd(loading, soft, 2_000)).toMatchObject({
    state: { status: "terminating", reason: "swept" },
    since: 2_000,
    end: soft,
  });
});

test("a hard end may follow a soft one", () => {
  const stopping = requestEnd(loading, soft, 2_000) ?? loading;
  expect(requestEnd(stopping, hard, 3_000)).toMatchObject({
    state: { status: "hard-terminating", reason: "external" },
    end: hard,
  });
});

test("a repeated end, or a softer one, changes nothing", () => {
  const stopping = requestEnd(loading, soft, 2_000) ?? loading;
  const dying = requestEnd(loading, hard, 2_000) ?? loading;
  expect(requestEnd(stopping, { ...soft, reason: "external" }, 3_000)).toBeUndefined();
  expect(requestEnd(dying, soft, 3_000)).toBeUndefined();
  expect(requestEnd(dying, { ...hard, reason: "swept" }, 3_000)).toBeUndefined();
});

test("what has ended cannot be asked to end", () => {
  const ended = withState(loading, { status: "terminated", reason: "exited" }, 2_000);
  expect(requestEnd(ended, hard, 3_000)).toBeUndefined();
});

test("a failure does not take the place of a reason that was there before", () => {
  const stopping = requestEnd(loading, soft, 2_000) ?? loading;
  expect(failed(stopping, { reason: "createfailed" })).toBe(stopping);
  expect(failed(loading, { reason: "createfailed" }).end?.reason).toBe("createfailed");
});

test("credentials are dropped with the pull, environment and token with the start", () => {
  const spec = specOf({
    credentials: { username: "u", password: "p" },
    static_token: "hst_x",
    env: { SECRET: "s" },
  });
  const starting = withState(accepted(spec, 0), { status: "starting" }, 1);
  expect(starting.spec.credentials).toBeUndefined();
  expect(starting.spec.env).toEqual({ SECRET: "s" });
  const address = { host: "10.0.0.1", port: 8080 };
  const waiting = withState(starting, { status: "waiting", address }, 2);
  expect(waiting.spec.env).toEqual({});
  expect(waiting.spec.static_token).toBeUndefined();
  expect(waiting.spec.key).toEqual(spec.key);
});
