// For processes that a test starts, by NODE_OPTIONS: a line of JSON an answer, written at once.
const { appendFileSync } = require("node:fs");
const { hearAnswers } = require("./hear-answers.cjs");

const file = process.env.HEARD_ANSWERS_FILE;
if (file) {
  hearAnswers((answer) => appendFileSync(file, `${JSON.stringify(answer)}\n`));
}
