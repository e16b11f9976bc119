/** Every migration there is, in order: one that is added is added here too. */
export const MIGRATIONS = [
  "0001-foundation",
  "0002-lifecycle",
  "0003-lighter-tokens",
  "0004-certificates",
  "0005-proxies",
  "0006-tokens",
  "0007-access",
  "0008-events",
  "0009-services",
  "0010-traces",
];
