// After an error the jamsocket command asks the npm registry for its newest version: here nobody answers.
const dns = require("node:dns");

const { lookup } = dns;
dns.lookup = (hostname, ...rest) => {
  if (hostname === "localhost" || hostname === "127.0.0.1") return lookup(hostname, ...rest);
  const error = Object.assign(new Error(`${hostname} is not this machine`), { code: "ENOTFOUND" });
  process.nextTick(rest.at(-1), error);
};
