import { rank, STATUSES } from "../../../src/protocol/statuses.ts";

const LIVE = "backends.status <> 'terminated'";
const STARTING = rank("starting");
const ENDED = STATUSES.indexOf("terminated");

/** Each finds the rows that must never be there, in whatever moment a controller died. */
export const HALF_DONE: Record<string, string> = {
  "two live backends of one key": `
    select namespace, key_name from backends where ${LIVE} group by namespace, key_name having count(*) > 1`,
  "a key that points to nothing, or to another's": `
    select keys.name from keys left join backends on backends.id = keys.backend_id
    where keys.backend_id is not null and (backends.id is null or not ${LIVE}
      or backends.namespace <> keys.namespace or backends.key_name <> keys.name
      or backends.fencing_token <> keys.fencing_token)`,
  "a live backend without its key": `
    select id from backends where ${LIVE} and id not in
      (select backend_id from keys where backend_id is not null)`,
  "a fencing token that did not grow": `
    select keys.name from keys join backends
      on backends.namespace = keys.namespace and backends.key_name = keys.name
    group by keys.namespace, keys.name, keys.fencing_token
    having count(*) <> count(distinct backends.fencing_token)
      or max(backends.fencing_token) <> keys.fencing_token`,
  "a drone that counts what does not live": `
    select name from drones left join backends on backends.drone = drones.name and ${LIVE}
    group by name, live_backends, promised_millicpus, promised_memory
    having live_backends <> count(backends.id)
      or promised_millicpus <> coalesce(sum(backends.millicpus), 0)
      or promised_memory <> coalesce(sum(backends.memory_bytes), 0)`,
  "an action of nobody, of what has ended, or of another drone": `
    select actions.id from actions left join backends on backends.id = actions.backend_id
    where backends.id is null or not ${LIVE} or backends.drone <> actions.drone`,
  "a backend that nobody was asked to begin": `
    select id from backends where ${LIVE} and rank < ${STARTING} and 1 <>
      (select count(*) from actions where backend_id = backends.id and verb = 'spawn' and spec is not null)`,
  "secrets of what has begun": `
    select actions.id from actions join backends on backends.id = actions.backend_id
    where spec is not null and rank >= ${STARTING}`,
  "an end that was asked for and not written down": `
    select id from backends where ${LIVE} and end_asked is not null and end_asked not in
      (select verb from actions where backend_id = backends.id)`,
  ...Object.fromEntries(
    ["tokens", "timeline", "connections"].map((table) => [
      `a row of ${table} without its backend`,
      `select backend_id from ${table} where backend_id not in (select id from backends)`,
    ]),
  ),
  "a timeline that does not begin at the beginning": `
    select id from backends where id not in (select backend_id from timeline where rank = 0)`,
  "a timeline that goes back": `
    select later.backend_id from timeline earlier join timeline later
      on later.backend_id = earlier.backend_id and later.seq > earlier.seq
    where later.rank <= earlier.rank or later.at < earlier.at`,
  "a timeline that ends elsewhere than its backend": `
    select id from backends where
      rank <> (select max(rank) from timeline where backend_id = id)
      or status_at <> (select max(at) from timeline where backend_id = id)`,
};

/** What must not be there either, once everybody has done what they meant to. */
export const UNSETTLED: Record<string, string> = {
  "a spawn that neither became ready nor ended": `
    select id from backends where status not in ('ready', 'terminated')`,
  "an end without a reason": `
    select id from backends where rank = ${ENDED} and state not like '%"reason":"%'`,
  "an action that nobody took": "select id from actions where acked_at is null",
};
