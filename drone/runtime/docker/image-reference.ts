const HAS_TAG = /:[^/:]+$/;

/** Without a tag the Engine would pull every tag that there is. */
export function withDefaultTag(reference: string): string {
  if (reference.includes("@") || HAS_TAG.test(reference)) return reference;
  return `${reference}:latest`;
}

/** Every way to name an image that is there: `app:latest` is also what `app` means. */
export function referencesOf(image: {
  RepoTags?: readonly string[] | null | undefined;
  RepoDigests?: readonly string[] | null | undefined;
}): string[] {
  const tagged = (image.RepoTags ?? []).flatMap((tag) =>
    tag.endsWith(":latest") ? [tag, tag.slice(0, -":latest".length)] : [tag],
  );
  return [...tagged, ...(image.RepoDigests ?? [])].filter((name) => !name.includes("<none>"));
}
