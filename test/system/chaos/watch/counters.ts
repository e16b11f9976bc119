import type { DatabaseReader } from "./database.ts";

const COUNTERS = `select drones.name, live_backends, promised_millicpus, promised_memory,
    count(backends.id) as live, coalesce(sum(millicpus), 0) as cpus,
    coalesce(sum(memory_bytes), 0) as memory
  from drones left join backends on backends.drone = drones.name and backends.status <> 'terminated'
  group by drones.name, live_backends, promised_millicpus, promised_memory`;
const HELD = `select keys.name, keys.backend_id, backends.status from keys
  left join backends on backends.id = keys.backend_id
  where backend_id is not null and (backends.id is null or backends.status = 'terminated')`;

/** What the database says of itself that its own rows do not bear out. */
export async function countersAmiss(reader: DatabaseReader): Promise<string[]> {
  const drones = await reader.read(COUNTERS);
  const held = await reader.read(HELD);
  return [
    ...drones.flatMap((drone) => {
      const said = [drone.live_backends, drone.promised_millicpus, drone.promised_memory].map(
        Number,
      );
      const counted = [drone.live, drone.cpus, drone.memory].map(Number);
      if (said.join() === counted.join()) return [];
      return [`${drone.name} counts ${said} (backends, millicpus, bytes) where ${counted} live`];
    }),
    ...held.map(
      ({ name, backend_id }) => `the key ${name} is held by ${backend_id}, which has ended`,
    ),
  ];
}
