const WITH_ACCOUNT = /^Bearer +(?<account>[A-Za-z0-9_-][A-Za-z0-9._-]*)\.(?<key>hak_\S*)$/i;

/**
 * `jamsocket login --token` takes no token without a dot, and asks the server whose it is. So
 * `<account>.<API key>` is taken for the key, and names the account.
 */
export function splitAccount(authorization: string | undefined): {
  authorization: string | undefined;
  account: string | undefined;
} {
  const { account, key } = WITH_ACCOUNT.exec(authorization ?? "")?.groups ?? {};
  return key === undefined
    ? { authorization, account: undefined }
    : { authorization: `Bearer ${key}`, account };
}
