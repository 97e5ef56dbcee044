#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { createProcessor } from "./app.ts";
import { backtest } from "./backtest/backtest.ts";
import { readConfig } from "./config.ts";
import { SpanwardenError, type ErrorCode } from "./errors.ts";
import { inspect } from "./inspect/inspect.ts";
import { readCredentials } from "./otlp/credentials.ts";
import { readOwnRules } from "./safety/read-own-rules.ts";
import { createLogger } from "./telemetry.ts";

const HELP = `spanwarden --config FILE [--check]
spanwarden inspect FILE... [--json]
spanwarden backtest FILE... [--config FILE] [--sweep] [--learn]

Takes OTLP, judges the model calls in it, and sends everything on with what it found.

  --config FILE   YAML; every key and its default: README of @spanwarden/processor
  --check         read the configuration, say whether it is right, and end
  inspect         says what is understood of recorded OTLP: spanwarden inspect --help
  backtest        says what would have paged in recorded OTLP: spanwarden backtest --help
  --help          this text
`;

const WRONG_USE: ReadonlySet<ErrorCode> = new Set(["CONFIG_INVALID", "DUMP_UNREADABLE"]);

/** Exit status: 0 done, 1 failed while running, 2 wrong arguments or configuration. */
async function run(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === "backtest") {
    let stopped = false;
    process.once("SIGINT", () => (stopped = true));
    process.stdout.write(await backtest(rest, process.stderr, () => stopped));
    return;
  }
  if (command === "inspect") {
    process.stdout.write(await inspect(rest, process.stdin));
    return;
  }
  const { values } = parseArgs({
    options: { config: { type: "string" }, check: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  if (values.config === undefined) throw new SpanwardenError("CONFIG_INVALID", "--config: expected a file name");
  const config = readConfig(readText(values.config), process.env, values.config);
  if (values.check === true) {
    readCredentials(config.receiver, process.env);
    readOwnRules(config.safety);
    process.stdout.write(`${values.config}: right\n`);
    return;
  }
  const logger = createLogger(config.log.level, process.stdout);
  const processor = createProcessor(config, { logger });
  const stop = (signal: string): void => {
    logger.info("stopping", { signal });
    processor.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error("did not stop cleanly", { error: String(error) });
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  await processor.start();
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new SpanwardenError("CONFIG_INVALID", `--config: cannot read "${file}": ${(error as Error).message}`, {
      cause: error,
    });
  }
}

run().catch((error: unknown) => {
  const wrongUse = error instanceof SpanwardenError ? WRONG_USE.has(error.code) : error instanceof TypeError;
  process.stderr.write(`spanwarden: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(wrongUse ? 2 : 1);
});
