import { accepted } from "../../../drone/backend/backend-record.ts";
import { Journal } from "../../../drone/journal/journal.ts";
import { specOf } from "../spec-of.ts";

// Writes until it is killed, and says after each transaction how many are done.
const [path = ""] = process.argv.slice(2);
const journal = new Journal(path);
for (let count = 1; ; count += 1) {
  journal.insert(accepted(specOf(), count));
  process.stdout.write(`${count}\n`);
}
