const WITH_ACCOUNT = /^Bearer +(?<account>[A-Za-z0-9_-][A-Za-z0-9._-]*)\.hak_\S*$/i;

/**
 * `jamsocket login --token` takes no token without a dot, and asks the server whose it is: so a key may
 * be sent as `<account>.<key>`.
 */
export function accountOf(authorization: string | undefined): string | undefined {
  return WITH_ACCOUNT.exec(authorization ?? "")?.groups?.account;
}
