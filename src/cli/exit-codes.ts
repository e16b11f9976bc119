/** What a script may rely on; `hangar --help` lists them. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  /** The backend ended instead of becoming ready. */
  backendEnded: 3,
  notFound: 4,
  notAuthorised: 5,
  /** The controller cannot be reached. */
  unreachable: 6,
} as const;
