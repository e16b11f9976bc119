import fc from "fast-check";
import { expect, test } from "vitest";
import type { RequestHead } from "../../proxy/engine.ts";
import { errorPage } from "../../proxy/error-page.ts";
import { ApiError, ERROR_STATUS, ErrorBody, type ErrorCode } from "../../src/protocol/errors.ts";
import { validatorOf } from "../../src/protocol/validate.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

function headOf(changes: Partial<RequestHead> = {}, accept?: string): RequestHead {
  const headers = accept === undefined ? [] : [["accept", accept] as const];
  return {
    method: "GET",
    target: "/",
    headers,
    peerAddress: "127.0.0.1",
    secure: false,
    isUpgrade: false,
    ...changes,
  };
}

const codes = Object.keys(ERROR_STATUS) as ErrorCode[];

test.each(codes)("%s is a page for browsers and JSON for others", (code) => {
  const error = new ApiError(code, "the reason");
  const page = errorPage(headOf({}, BROWSER), { error, requestId: "id-1" });
  expect(page.status).toBe(ERROR_STATUS[code]);
  expect(Object.fromEntries(page.headers)["content-type"]).toBe("text/html; charset=utf-8");
  expect(page.body).toContain("The reason.");
  expect(page.body).toContain("id-1");
  const json = errorPage(headOf({}, "*/*"), { error, requestId: "id-1" });
  expect(Object.fromEntries(json.headers)["content-type"]).toBe("application/json");
  expect(JSON.parse(json.body)).toEqual({ error: { id: "id-1", code, message: "the reason" } });
});

test("the JSON fits the schema of errors", () => {
  const error = new ApiError("backend-ended", "ended", { details: { reason: "swept" } });
  const { body } = errorPage(headOf(), { error, requestId: "id-1" });
  expect(validatorOf(ErrorBody).accepts(JSON.parse(body))).toBe(true);
});

test("nothing in a page can break out of its text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string(), (message, requestId) => {
      const plain = errorPage(headOf({}, BROWSER), {
        error: new ApiError("forbidden", "m"),
        requestId: "r",
      });
      const page = errorPage(headOf({}, BROWSER), {
        error: new ApiError("forbidden", message),
        requestId,
      });
      expect(page.body.match(/<[a-z/!]/g)).toEqual(plain.body.match(/<[a-z/!]/g));
    }),
  );
});

test("a length in bytes, CORS and no caching go with it", () => {
  const error = new ApiError("forbidden", "für Ada");
  const { headers, body } = errorPage(headOf({}, BROWSER), { error, requestId: "r" });
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-length": String(Buffer.byteLength(body)),
    "cache-control": "no-store",
    "access-control-allow-origin": "*",
    "x-request-id": "r",
  });
});

test("a page that may help itself asks again by itself, a form does not", () => {
  const error = new ApiError("not-ready", "still starting", { retryAfterSeconds: 2 });
  const page = errorPage(headOf({}, BROWSER), { error, requestId: "r" });
  expect(Object.fromEntries(page.headers)["retry-after"]).toBe("2");
  expect(page.body).toContain('http-equiv="refresh" content="2"');
  const posted = errorPage(headOf({ method: "POST" }, BROWSER), { error, requestId: "r" });
  expect(posted.body).not.toContain("refresh");
  expect(posted.body).not.toContain("by itself");
});

test("a refused upgrade gets JSON even from a browser", () => {
  const error = new ApiError("unauthorized", "no");
  const { headers } = errorPage(headOf({ isUpgrade: true }, BROWSER), { error, requestId: "r" });
  expect(Object.fromEntries(headers)).toMatchObject({
    "content-type": "application/json",
    "www-authenticate": "Bearer",
  });
});
