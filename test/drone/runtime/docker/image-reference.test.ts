import { expect, test } from "vitest";
import { referencesOf, withDefaultTag } from "../../../../drone/runtime/docker/image-reference.ts";

test.each([
  ["app", "app:latest"],
  ["team/app", "team/app:latest"],
  ["localhost:5000/app", "localhost:5000/app:latest"],
  ["app:1.2", "app:1.2"],
  ["localhost:5000/app:1.2", "localhost:5000/app:1.2"],
  [`app@sha256:${"0".repeat(64)}`, `app@sha256:${"0".repeat(64)}`],
])("%s means %s", (reference, meaning) => {
  expect(withDefaultTag(reference)).toBe(meaning);
});

test("an image is known by each of its tags and digests, and by its bare name if it is the latest", () => {
  const image = { RepoTags: ["app:latest", "app:1"], RepoDigests: ["app@sha256:00"] };
  expect(referencesOf(image)).toEqual(["app:latest", "app", "app:1", "app@sha256:00"]);
});

test("an image without a name is known by none", () => {
  const nameless = { RepoTags: ["<none>:<none>"], RepoDigests: ["<none>@<none>"] };
  expect(referencesOf(nameless)).toEqual([]);
  expect(referencesOf({ RepoTags: null })).toEqual([]);
});
