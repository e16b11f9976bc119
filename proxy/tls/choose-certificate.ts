interface Named {
  readonly names: readonly string[];
}

/** The one of this very name, else of a wildcard above it, else the first. */
export function chooseCertificate<C extends Named>(
  certificates: readonly C[],
  serverName: string,
): C | undefined {
  const name = serverName.toLowerCase().replace(/\.$/, "");
  const wildcard = name.replace(/^[^.]*/, "*");
  return (
    certificates.find(({ names }) => names.includes(name)) ??
    certificates.find(({ names }) => names.includes(wildcard)) ??
    certificates[0]
  );
}
