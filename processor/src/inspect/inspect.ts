import { createReadStream } from "node:fs";
import { parseArgs } from "node:util";

import { SpanwardenError } from "../errors.ts";
import { Inspection } from "./inspection.ts";
import { readDump } from "./read-dump.ts";
import { reportText } from "./report-text.ts";

const HELP = `spanwarden inspect FILE... [--json]

Reads dumps of OTLP and says what is understood of them: calls by dialect, operation, provider and model, which
fields they have, what looks like a model call and was missed, and what nothing reads. No content is printed.

  FILE     JSON lines as the Collector's file exporter writes them, one JSON document, or a protobuf request;
           also as gzip or zstd; - is standard input
  --json   the whole report as JSON
`;

/** Runs `spanwarden inspect`: what to print. Throws DUMP_UNREADABLE, and TypeError for wrong arguments. */
export async function inspect(args: readonly string[], stdin: AsyncIterable<Buffer>): Promise<string> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help === true) return HELP;
  if (positionals.length === 0) throw new TypeError("inspect: expected the name of a file, or - for standard input");
  const inspection = new Inspection();
  for (const file of positionals) await add(inspection, file, file === "-" ? stdin : createReadStream(file));
  const report = inspection.report();
  return values.json === true ? `${JSON.stringify(report, undefined, 2)}\n` : reportText(report);
}

async function add(inspection: Inspection, file: string, source: AsyncIterable<Buffer>): Promise<void> {
  let read = false;
  try {
    for await (const item of readDump(source)) {
      inspection.add(item);
      read ||= item.kind !== "problem";
    }
  } catch (error) {
    throw unreadable(file, (error as Error).message, error);
  }
  if (!read) throw unreadable(file, "holds no OTLP", undefined);
}

function unreadable(file: string, reason: string, cause: unknown): SpanwardenError {
  return new SpanwardenError("DUMP_UNREADABLE", `inspect: ${JSON.stringify(file)}: ${reason}`, { cause });
}
