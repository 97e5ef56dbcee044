import { readFileSync } from "node:fs";

/**
 * Shifts the wall clock of the process that preloads it: on SIGUSR2 by the milliseconds in the file that the query of its
 * own address names. Timers, as in any process whose clock was set, go on as before.
 */
const now = Date.now.bind(Date);
const file = decodeURIComponent(new URL(import.meta.url).search.slice(1));
let shift = 0;

process.on("SIGUSR2", () => {
  shift = Number(readFileSync(file, "utf8"));
});

Date.now = () => now() + shift;
