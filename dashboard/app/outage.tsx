import { Icon } from "../ui/icon.tsx";
import { useDashboard } from "./dashboard.ts";

/** Above each view while the controller does not answer: what is shown there may be old. */
export function Outage() {
  const { live } = useDashboard();
  if (live.state.value !== "reconnecting") return null;
  return (
    <p class="outage" role="status">
      <Icon name="warning" size={14} />
      The controller does not answer. What is shown may be old; it is asked again all the time.
    </p>
  );
}
