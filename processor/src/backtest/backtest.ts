import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { parseConfig, readConfig, type Config } from "../config.ts";
import { dumpFiles, inTime, type DumpFile } from "./dump-files.ts";
import { learn } from "./learn.ts";
import { outcomeText } from "./outcome-text.ts";
import { ratesOf, type Outcome } from "./outcome.ts";
import { Progress, type ProgressOutput } from "./progress.ts";
import { recommend } from "./recommend.ts";
import { Replay, type Replayed } from "./replay.ts";
import { sweepPage } from "./sweep-page.ts";
import { Sweep } from "./sweep.ts";

const HELP = `spanwarden backtest FILE... [--config FILE] [--sweep] [--html FILE] [--json FILE] [--learn]

Plays recorded OTLP through the rules as if it came now, and says what would have paged. Nothing is sent, and nothing is
written but what is asked for.

  FILE                 what spanwarden inspect reads; a directory stands for the files in it. Files are merged by time
  --config FILE        the configuration to judge by; default: the defaults
  --sweep              also tries other thresholds, one at a time, and recommends some; takes about as often as long
  --pages-per-week N   what a rule may page, for the recommendation (default 1)
  --html FILE          incidents over time, and the sweep, as one page
  --json FILE          all of it
  --learn              writes the baselines into store.directory of the configuration, for the next start
  --replace            with --learn: give up what was learned there before
`;

/** After the end of the dump, what is over may close within so long; milliseconds. */
const CLOSING = 60 * 60_000;
/** Time passes in steps of so much at least: weeks are replayed in minutes. */
const LEAST_TICK = 10_000;

/** Runs `spanwarden backtest`: what to print. Throws DUMP_UNREADABLE, CONFIG_INVALID, and TypeError for wrong arguments. */
export async function backtest(
  args: readonly string[],
  output: ProgressOutput,
  stopped: () => boolean,
): Promise<string> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: "string" },
      sweep: { type: "boolean", default: false },
      "pages-per-week": { type: "string", default: "1" },
      html: { type: "string" },
      json: { type: "string" },
      learn: { type: "boolean", default: false },
      replace: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return HELP;
  if (positionals.length === 0) throw new TypeError("backtest: expected the name of a file or a directory");
  const pagesPerWeek = Number(values["pages-per-week"]);
  if (!(pagesPerWeek >= 0))
    throw new TypeError(`--pages-per-week: got "${values["pages-per-week"]}", expected a number from 0`);
  const config = configOf(values.config);
  const files = await dumpFiles(positionals);
  const { outcome, replayed } = await play(files, config, values.sweep, pagesPerWeek, output, stopped);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(outcome, undefined, 2)}\n`);
  if (values.html !== undefined) writeFileSync(values.html, sweepPage(outcome));
  const text = outcomeText(outcome);
  if (!values.learn) return text;
  const directory = learn(replayed.learned(Date.now()), config, values.replace);
  return `${text}\nBaselines of ${replayed.cells.known} cells are in ${directory}.\n`;
}

function configOf(file: string | undefined): Config {
  const config = file === undefined ? parseConfig({}) : readConfig(readFileSync(file, "utf8"), process.env, file);
  const { detection } = config;
  return { ...config, detection: { ...detection, tick: Math.max(LEAST_TICK, detection.tick) } };
}

async function play(
  files: readonly DumpFile[],
  config: Config,
  sweeping: boolean,
  pagesPerWeek: number,
  output: ProgressOutput,
  stopped: () => boolean,
): Promise<{ readonly outcome: Outcome; readonly replayed: Replayed }> {
  const problems = new Map<string, { readonly file: string; readonly problem: string; times: number }>();
  const sweep = sweeping ? new Sweep(config) : undefined;
  const replay = new Replay(config, (fact) => sweep?.add(fact));
  const progress = new Progress(files, output);
  const warnings = {
    problem: (file: string, problem: string): void => {
      const known = problems.get(`${file}\n${problem}`) ?? { file, problem, times: 0 };
      known.times++;
      problems.set(`${file}\n${problem}`, known);
    },
  };
  for await (const timed of inTime(files, warnings, (bytes) => progress.read(bytes))) {
    if (stopped()) break;
    await replay.add(timed);
    progress.items(timed.item.items.length);
  }
  progress.end();
  const replayed = replay.end(CLOSING);
  const { from, until, incidents, cells } = replayed;
  const exposure = (until ?? 0) - (from ?? 0);
  const points = sweep?.points(exposure) ?? [];
  const { learned: _, cells: __, ...counted } = replayed;
  const outcome: Outcome = {
    ...counted,
    files: files.length,
    problems: [...problems.values()],
    ...ratesOf(incidents, exposure),
    learning: cells.learning,
    cells: cells.known,
    sweep: points,
    recommended: recommend(points, config.detection.rules, pagesPerWeek),
    interrupted: stopped(),
  };
  return { outcome, replayed };
}
