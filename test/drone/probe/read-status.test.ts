import fc from "fast-check";
import { expect, test } from "vitest";
import { readStatus } from "../../../drone/probe/read-status.ts";

test.each([
  ["HTTP/1.1 200 OK\r\n", 200],
  ["HTTP/1.0 404 Not Found\r\n", 404],
  ["HTTP/1.1 503\r\n", 503],
  ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n", 204],
  ["HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 500 No\r\n", 500],
  ["HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", "incomplete"],
  ["", "incomplete"],
  ["HTTP/1.1 20", "incomplete"],
  ["SSH-2.0-OpenSSH_9.2\r\n", "rubbish"],
  ["HTTP/1.1 999 Odd\r\n", "rubbish"],
])("%j has status %s", (answer, status) => {
  expect(readStatus(answer)).toBe(status);
});

test("no answer, however odd, breaks it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (answer) => {
      const status = readStatus(`HTTP/1.1 ${answer}`);
      if (typeof status === "string") return ["incomplete", "rubbish"].includes(status);
      return status >= 200 && status < 600;
    }),
  );
});
