import fc from "fast-check";
import { expect, test } from "vitest";
import { packChanges, unpackNote } from "../../../controller/store/postgres/change-notes.ts";
import type { Change } from "../../../controller/store/store.ts";

const name = fc.stringMatching(/^[a-zA-Z0-9-]{1,60}$/);
const aChange = fc.oneof(
  fc.record({ kind: fc.constantFrom("backend", "progress", "api-key"), id: name }),
  fc.record({ kind: fc.constant("actions"), drone: name }),
  fc.record({ kind: fc.constant("revocation"), seq: fc.maxSafeNat() }),
) as fc.Arbitrary<Change>;

test("what is packed comes out again, each once, in notes that PostgreSQL takes", () => {
  fc.assert(
    fc.property(name, fc.array(aChange, { maxLength: 500 }), (sender, changes) => {
      const notes = packChanges(sender, changes);
      expect(notes.every((note) => Buffer.byteLength(note) < 8_000)).toBe(true);
      const heard = notes.map(unpackNote);
      expect(heard.every((note) => note.sender === sender)).toBe(true);
      const texts = (list: readonly Change[]) => list.map((change) => JSON.stringify(change));
      const out = texts(heard.flatMap((note) => note.changes));
      expect(out.sort()).toEqual([...new Set(texts(changes))].sort());
    }),
  );
});

test("nothing is said of nothing, and what is not understood is passed over", () => {
  expect(packChanges("me", [])).toEqual([]);
  expect(unpackNote("me\nzwhat\nadr-one\n").changes).toEqual([
    { kind: "actions", drone: "dr-one" },
  ]);
});
