import { ApiError } from "../../../src/protocol/errors.ts";

const DIGEST = /^[a-z0-9]+:[0-9a-f]{32,}$/i;

/**
 * Jamsocket's users name an image by its tag or digest, for the service has a repository: that of the
 * image which it has now. What has a slash or another colon in it is a whole reference.
 */
export function chooseImage(current: string | undefined, wanted: string): string {
  if (DIGEST.test(wanted)) return `${repositoryOf(mustHave(current, wanted))}@${wanted}`;
  if (/[/:]/.test(wanted) || current === undefined) return wanted;
  return `${repositoryOf(current)}:${wanted}`;
}

/**
 * For who connects: with a service's image come its env, its credentials and its mounts, which no other
 * image may have without whoever keeps the service.
 */
export function chooseTag(current: string | undefined, wanted: string): string {
  const image = mustHave(current, wanted);
  const chosen = chooseImage(image, wanted);
  if (isOf(image, chosen)) return chosen;
  throw new ApiError(
    "invalid-request",
    `spawn.tag: must be a tag or digest of ${repositoryOf(image)}; the service is given another image with use-image`,
    { details: { field: "spawn.tag" } },
  );
}

/**
 * For who deploys with a key of one namespace: an image of another repository would get the env, credentials
 * and mounts that somebody without that limit has given the service.
 */
export function chooseRelease(current: string | undefined, wanted: string): string {
  if (current === undefined) {
    throw new ApiError(
      "forbidden",
      "the service has no image yet: its first one is set with a key that has no namespace",
    );
  }
  const chosen = chooseImage(current, wanted);
  if (isOf(current, chosen)) return chosen;
  throw new ApiError(
    "forbidden",
    `an API key of one namespace sets a tag or digest of ${repositoryOf(current)} only: another repository is set with a key that has no namespace`,
  );
}

function isOf(image: string, other: string): boolean {
  return repositoryOf(image) === repositoryOf(other);
}

function mustHave(current: string | undefined, wanted: string): string {
  if (current !== undefined) return current;
  throw new ApiError("no-image", `the service has no image yet: say of which ${wanted} is`);
}

/** `reg:5000/board:1` and `reg:5000/board@sha256:…` are of `reg:5000/board`. */
export function repositoryOf(image: string): string {
  const { repository } = split(image);
  return repository;
}

export function tagOf(image: string): string {
  return split(image).tag ?? "latest";
}

/** Empty unless the reference has one. */
export function digestOf(image: string): string {
  return split(image).digest ?? "";
}

function split(image: string) {
  const [name = "", digest] = image.split("@");
  const colon = name.lastIndexOf(":");
  const hasTag = colon > name.lastIndexOf("/");
  return {
    repository: hasTag ? name.slice(0, colon) : name,
    tag: hasTag ? name.slice(colon + 1) : undefined,
    digest,
  };
}
