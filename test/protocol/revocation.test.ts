import { expect, test } from "vitest";
import type { BackendId } from "../../src/protocol/ids.ts";
import type { Route } from "../../src/protocol/proxy-messages.ts";
import { revokes } from "../../src/protocol/revocation.ts";

const ID = "abcdefghij0001" as BackendId;
const [ONE, TWO] = ["1", "2"].map((digit) => `tk_${digit.repeat(24)}`) as [string, string];

function letIn(generation: number, user?: string): Pick<Route, "backend_id" | "access"> {
  const rest = { expires_in_ms: 1, auth: {}, secret: "s", ...(user === undefined ? {} : { user }) };
  return { backend_id: ID, access: { kind: "connection", token_id: ONE, generation, ...rest } };
}

const ALL = { backend_id: ID, generation: 5 };

test.each([
  ["of all: an earlier generation", ALL, letIn(4), true],
  ["of all: the last generation", ALL, letIn(5, "ada"), true],
  ["of all: a later one", ALL, letIn(6, "ada"), false],
  ["of a user: the user's", { ...ALL, user: "ada" }, letIn(5, "ada"), true],
  ["of a user: the user's later one", { ...ALL, user: "ada" }, letIn(6, "ada"), false],
  ["of a user: another's", { ...ALL, user: "ada" }, letIn(5, "bob"), false],
  ["of a user: nobody's", { ...ALL, user: "ada" }, letIn(5), false],
  ["of a token: that one", { ...ALL, token_id: ONE, user: "ada" }, letIn(5, "ada"), true],
  ["of a token: another", { ...ALL, token_id: TWO, user: "ada" }, letIn(5, "ada"), false],
  ["of another backend", { ...ALL, backend_id: "abcdefghij0002" as BackendId }, letIn(5), false],
  ["a static token", ALL, { backend_id: ID, access: { kind: "static" } } as const, false],
  ["a public backend", ALL, { backend_id: ID, access: { kind: "public" } } as const, false],
])("a revocation %s", (_, revocation, route, ends) => {
  expect(revokes(revocation, route)).toBe(ends);
});
