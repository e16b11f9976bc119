/** The keys that the clients ask for, and how the backends of each behave. */
export interface ChaosKey {
  name: string;
  stop: "prompt" | "slow" | "never";
  graceSeconds: number;
  maxIdleSeconds?: number;
}

export const KEYS: readonly ChaosKey[] = [
  { name: "plain-1", stop: "prompt", graceSeconds: 2 },
  { name: "plain-2", stop: "prompt", graceSeconds: 10 },
  { name: "plain-3", stop: "prompt", graceSeconds: 0 },
  { name: "slow", stop: "slow", graceSeconds: 3 },
  { name: "stubborn", stop: "never", graceSeconds: 1 },
  { name: "stubborn-long", stop: "never", graceSeconds: 10 },
  { name: "idle", stop: "prompt", graceSeconds: 2, maxIdleSeconds: 4 },
];
