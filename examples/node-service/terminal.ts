import { stdout } from "node:process";

import type { SeenEvent } from "./backend.ts";
import type { Score, Truth } from "./score.ts";

const color = stdout.isTTY && process.env["NO_COLOR"] === undefined;
const paint = (code: number, text: string): string => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
const red = (text: string): string => paint(31, text);
const green = (text: string): string => paint(32, text);
const yellow = (text: string): string => paint(33, text);
const dim = (text: string): string => paint(2, text);

/** Prints what happens, each line with the seconds since the traffic began. */
export class Terminal {
  #began = Date.now();

  begin(): void {
    this.#began = Date.now();
  }

  line(text: string, at = Date.now()): void {
    const seconds = ((at - this.#began) / 1_000).toFixed(1).padStart(6);
    stdout.write(`${dim(`${seconds} s`)}  ${text}\n`);
  }

  status(text: string): void {
    this.line(dim(text));
  }

  event(event: SeenEvent): void {
    const get = (key: string): string => String(event.attributes[key] ?? "");
    const cell = [get("service.name"), get("gen_ai.prompt.name")].filter(Boolean).join(" / ");
    const reason = get("spanwarden.decision.reason");
    switch (event.name) {
      case "spanwarden.incident.start": {
        const onset = Date.parse(get("spanwarden.incident.onset.time"));
        const since = ((onset - this.#began) / 1_000).toFixed(1);
        this.line(
          `${red("INCIDENT")} ${red(get("spanwarden.incident.type"))} severity ${get("spanwarden.incident.severity")}  ${cell}  since ${since} s`,
        );
        this.#detail("why", reason);
        this.#detail("likely cause", get("spanwarden.incident.cause"));
        this.#detail("do", get("spanwarden.incident.action"));
        break;
      }
      case "spanwarden.incident.end":
        this.line(`${green("CLOSED")}   ${get("spanwarden.incident.type")}  ${cell}`);
        this.#detail("why", reason);
        break;
      case "spanwarden.incident.update":
        this.line(
          `${yellow("UPDATE")}   ${get("spanwarden.incident.type")} severity ${get("spanwarden.incident.severity")}  ${cell}`,
        );
        this.#detail("why", reason);
        break;
      default:
        if (event.name.endsWith(".changed")) {
          this.line(`${yellow("CHANGE")}   ${event.name.slice("spanwarden.".length)}  ${cell}`);
          this.#detail("what", reason);
        }
    }
  }

  #detail(label: string, text: string): void {
    if (text !== "") stdout.write(`${" ".repeat(20)}${dim(`${label}:`)} ${text}\n`);
  }

  /** The injected truth beside what was detected. */
  summary(score: Score, truths: readonly Truth[], calls: number): void {
    stdout.write(`\n${calls} tickets, ${truths.length} faults injected\n\n`);
    const row = (...cells: readonly string[]): void => {
      const widths = [21, 9, 10, 12, 12];
      stdout.write(`  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" ")}\n`);
    };
    row("injected", "caught", "delay", "onset error", "incidents", "what");
    for (const truth of truths) {
      const hit = score.caught.find((candidate) => candidate.truth === truth);
      const detail = hit
        ? [
            `${hit.delay.toFixed(1)} s`,
            `${hit.onsetError >= 0 ? "+" : ""}${hit.onsetError.toFixed(1)} s`,
            String(hit.incidents.length),
          ]
        : ["-", "-", "0"];
      row(truth.fault.kind, hit ? "yes" : "NO", ...detail, truth.fault.description);
    }
    stdout.write(
      `\n  missed ${score.missed.length}, false ${score.falseAlarms.length}, never closed ${score.unclosed.length}\n`,
    );
    for (const alarm of score.falseAlarms) stdout.write(`  false: ${alarm.kind} ${alarm.prompt}: ${alarm.reason}\n`);
    for (const alarm of score.unclosed)
      stdout.write(`  never closed: ${alarm.kind} ${alarm.prompt}: ${alarm.reason}\n`);
  }
}
