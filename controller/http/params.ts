import { Type } from "typebox";
import { BackendId, NodeName } from "../../src/protocol/ids.ts";

/** `/v1/backends/:id` and what stands below it. */
export const BackendParams = Type.Object({
  id: Type.Unsafe<BackendId>({ ...BackendId, description: "The backend's id." }),
});

/** `/v1/drones/:name` and what stands below it. */
export const DroneParams = Type.Object({
  name: Type.Unsafe<string>({ ...NodeName, description: "The drone's name." }),
});
