/** What a header may hold, and so what a key can be made of. */
const SENDABLE = /^[!-~]+$/;

export function isSendableKey(key: string): boolean {
  return SENDABLE.test(key);
}

/** The platform would refuse these with each request, and repeat them in its error. */
export function mustBeSendable({ url, key }: { url: string; key?: string | undefined }): void {
  if (/^\w+:\/\/[^/?#]*@/.test(url)) {
    throw new TypeError("url: holds a user or a password; give an API key as `key` instead");
  }
  if (key !== undefined && !isSendableKey(key)) {
    throw new TypeError("key: holds what no header can, such as a space or a line break");
  }
}
