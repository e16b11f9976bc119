import { afterAll, expect, test } from "vitest";
import { patternOf } from "../../../controller/http/known-paths.ts";
import { aController } from "../a-controller.ts";

const hangar = await aController();
afterAll(() => hangar[Symbol.asyncDispose]());

test("a parameter is one part of a path, a star any rest, and all else stands for itself", () => {
  expect(patternOf("/v1/a.b/:id").test("/v1/a.b/x/")).toBe(true);
  expect(patternOf("/v1/a.b/:id").test("/v1/aXb/x")).toBe(false);
  expect(patternOf("/v1/a/:id").test("/v1/a/x/y")).toBe(false);
  expect(patternOf("/v1/a/:id/b").test("/v1/a/x/b")).toBe(true);
  expect(patternOf("/dashboard*").test("/dashboard/a/b")).toBe(true);
});

test.each([
  ["DELETE", "/v1/backends", "GET, HEAD"],
  ["PATCH", "/v1/services/board", "DELETE, GET, HEAD, PUT"],
  ["GET", "/v1/connect/?x=1", "POST"],
  ["POST", "/v1/backends/abcdefghij0123/status", "GET, HEAD, OPTIONS"],
])("%s %s is 405, and Allow says what it takes", async (method, path, allow) => {
  const { status, headers, body } = await hangar.call(method, path, undefined, null);
  expect([status, headers.get("allow")]).toEqual([405, allow]);
  expect(body).toMatchObject({ error: { code: "method-not-allowed" } });
});

test("a path that no route has is 404, in the words of whose API it stands below", async () => {
  const refusal = async (method: string, path: string) => {
    const { status, body } = await hangar.call(method, path);
    return { status, ...(body as object) };
  };
  const ours = {
    error: { id: expect.any(String), code: "not-found", message: expect.any(String) },
  };
  expect(await refusal("GET", "/v1/nothing")).toEqual({ status: 404, ...ours });
  const planes = { id: expect.any(String), message: expect.any(String) };
  for (const path of ["/ctrl/nothing", "/pub/b"]) {
    expect(await refusal("GET", path)).toEqual({ status: 404, kind: "NotFound", ...planes });
  }
  expect(await refusal("GET", "/ctrl/connect")).toEqual({ status: 405, kind: "Other", ...planes });
  for (const path of ["/v2/nothing", "/backend/nothing/at/all", "/service", "/user/x"]) {
    expect(await refusal("GET", path)).toEqual({
      status: 404,
      error: { ...planes, status: 404, code: "NotFound" },
    });
  }
});
