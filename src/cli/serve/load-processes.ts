/** Only what runs all three loads them, and only once it does. */
export async function loadProcesses() {
  const [{ startController }, { startDrone }, { startProxy }] = await Promise.all([
    import("../../../controller/index.ts"),
    import("../../../drone/index.ts"),
    import("../../../proxy/index.ts"),
  ]);
  return { startController, startDrone, startProxy };
}
