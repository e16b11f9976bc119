import type { Key } from "../../src/protocol/key.ts";

/** `namespace/name`, with the name to be read however long the namespace is. */
export function KeyText({ value: { namespace, name } }: { value: Key }) {
  return (
    <>
      {namespace !== "" && <span class="namespace">{namespace}/</span>}
      <span class="key-name">{name}</span>
    </>
  );
}
