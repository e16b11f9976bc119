import fc from "fast-check";
import { expect, test } from "vitest";
import { hideLogin } from "../../../../drone/runtime/docker/hide-login.ts";

const login = { username: "ada", password: `p+/"ä ssword?>` };
const base64 = Buffer.from(`${login.username}:${login.password}`).toString("base64");

test.each([
  ["as it is", login.password],
  ["as Authorization has it", base64],
  ["in a URL", encodeURIComponent(login.password)],
  ["in base64 for URLs", Buffer.from(base64, "base64").toString("base64url")],
  ["in JSON", JSON.stringify(login.password).slice(1, -1)],
])("a password that comes back %s is hidden", (_how, form) => {
  const text = hideLogin(`denied: <${form}> for ${login.username}`, login);
  expect(text).toMatch(/^denied: <\[redacted\]=*> for ada$/);
});

test("what has nothing of a login stays as it is", () => {
  const words = fc.stringMatching(/^[a-m ]*$/);
  const noLogin = { username: "zoe", password: "" };
  fc.assert(fc.property(words, (text) => hideLogin(text, login) === text));
  fc.assert(fc.property(words, (text) => hideLogin(text, noLogin) === text));
});
