import { readFileSync } from "node:fs";

import { ownRules, PolicyError, type OwnRules } from "@spanwarden/conventions";
import { parse } from "yaml";
import { z } from "zod";

import { SpanwardenError } from "../errors.ts";
import type { SafetyConfig } from "./safety-config.ts";

const ruleSchema = z.strictObject({
  id: z.string(),
  /** For people; it goes nowhere. */
  description: z.string().optional(),
  category: z.string().optional(),
  severity: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)], { error: "expected 0, 1, 2 or 3" }),
  class: z.enum(["page", "record"]),
  pattern: z.string().min(1).max(1_000).optional(),
  terms: z.array(z.string()).optional(),
  case_sensitive: z.boolean().default(false),
  languages: z.array(z.string()).min(1).optional(),
  where: z
    .array(z.enum(["input", "output"]))
    .min(1)
    .default(["output"]),
});

const fileSchema = z.strictObject({
  rules: z.array(ruleSchema).default([]),
  canaries: z.record(z.string(), z.array(z.string())).default({}),
});

/**
 * The user's rules and canaries, of the configuration and of its policy file; `undefined` where there are none. Throws
 * CONFIG_INVALID that names the file, the rule and the field, never a term or a token.
 */
export function readOwnRules({ policy_file: file, canaries }: SafetyConfig): OwnRules | undefined {
  const { rules, canaries: filed } = file === undefined ? fileSchema.parse({}) : readFile(file);
  const tokens = [...Object.entries(filed), ...Object.entries(canaries)];
  if (rules.length === 0 && tokens.length === 0) return undefined;
  try {
    return ownRules({
      policy: rules.map(({ case_sensitive: caseSensitive, ...rule }) => ({ ...rule, caseSensitive })),
      canaries: tokens.map(([name, list]) => ({ name, tokens: list })),
    });
  } catch (error) {
    const ofFile = file === undefined ? "" : ` or of safety.policy_file "${file}"`;
    const isOfRules = error instanceof PolicyError || error instanceof RangeError;
    const where = isOfRules ? `safety.policy_file "${file}"` : `safety.canaries${ofFile}`;
    throw wrong(`${where}: ${(error as Error).message}`, error);
  }
}

function readFile(file: string): z.output<typeof fileSchema> {
  let content: unknown;
  try {
    content = parse(readFileSync(file, "utf8"), { prettyErrors: false }) ?? {};
  } catch (error) {
    throw wrong(`safety.policy_file: cannot read "${file}": ${(error as Error).message}`, error);
  }
  const result = fileSchema.safeParse(content);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${placeOf(issue.path, content)}: ${explain(issue)}`);
  throw wrong([`safety.policy_file "${file}" is wrong:`, ...lines].join("\n"), result.error);
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `unknown key ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  return issue.message.replace(/^Invalid (?:input|option): /, "");
}

/** A rule by its id, where it has one. */
function placeOf(path: readonly PropertyKey[], content: unknown): string {
  const [section, index, ...rest] = path;
  if (section !== "rules" || typeof index !== "number") return path.map(String).join(".") || "file";
  const { id } = (content as { rules?: readonly ({ id?: unknown } | null)[] }).rules?.[index] ?? {};
  const name = typeof id === "string" ? `rule "${id.slice(0, 40)}"` : `rule number ${index + 1}`;
  return [name, ...rest.map(String)].join(": ");
}

function wrong(message: string, cause: unknown): SpanwardenError {
  return new SpanwardenError("CONFIG_INVALID", message, { cause });
}
