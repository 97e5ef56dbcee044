import { ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS } from "../../names/attributes.ts";
import { finishedByFilter } from "../finish-reason.ts";
import { emptyAnswer } from "../outage/empty-answer.ts";
import type { Signal } from "../signal.ts";

/**
 * The kind of text an answer is, told from its shape alone:
 * `fence-only` code in fences and nothing else; `fence-mixed` fences and prose; `json` a bare JSON object or array;
 * `option` one of a set of lettered options; `code-bare` code without fences; `terse` at most 24 characters and 3 words;
 * `list` mostly list items; `prose-short` below 300 characters; `prose-long` the rest.
 */
export type FormatClass =
  | "empty"
  | "fence-only"
  | "fence-mixed"
  | "json"
  | "option"
  | "code-bare"
  | "terse"
  | "list"
  | "prose-short"
  | "prose-long";

const TERSE_CHARACTERS = 24;
const TERSE_WORDS = 3;
const OPTION_CHARACTERS = 120;
const SHORT_CHARACTERS = 300;
/** Lines looked at. */
const LINES = 400;

const OPTION = /^(?:answer:?\s)?(?:\([A-Za-z]\)|\[[A-Za-z]\]|[A-Z](?=[.):]|$))/;
const LIST_ITEM = /^\s*(?:[-*+•–]\s|\d{1,3}[.)]\s)/;
const CODE_START =
  /^\s*(?:(?:async )?def |class |function |import |from [\w.]+ import |const |let |var |public |private |#include|package |using |return\b|for\s*\(|if\s*\(|while\s*\(|SELECT |INSERT |CREATE |<\?php|<!DOCTYPE|<html|#!)/;
const CODE_LINE =
  /(?:[;{}]|\):|\belse:)\s*$|^\s*(?:for .* in .*:|(?:if|elif|while) .*:|return\b.*|[\w.[\]]+ ?[-+*/]?= ?\S.*|\/\/.*|[\w.]+\(.*\))\s*$/;

/**
 * The class of the first choice; nothing where the model answered with a tool call, an image or a refusal of its own.
 *
 * Code is told by its line endings and first words, in the languages written most; a fence that is never closed counts as
 * one. Counted in characters, so that prose in Chinese is `prose-short` for longer. Cost: 5 us for 500 characters.
 */
export const formatClass: Signal = {
  name: ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS,
  of(reading) {
    if (!reading.whole) return [];
    const answer = reading.answers[0];
    if (answer === undefined && emptyAnswer(reading.call) !== true) return [];
    const label = classifyFormat(answer?.text ?? "");
    if (label === "empty" && (answer?.holdsMore === true || finishedByFilter(reading.call))) return [];
    return [{ name: ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS, label }];
  },
};

/** Tells the class of a text. */
export function classifyFormat(text: string): FormatClass {
  const trimmed = text.trim();
  if (trimmed.length === 0) return "empty";
  if (trimmed.includes("```")) return fenceClass(trimmed);
  if (isJson(trimmed)) return "json";
  if (isTerse(trimmed)) return OPTION.test(trimmed) ? "option" : "terse";
  if (trimmed.length <= OPTION_CHARACTERS && !trimmed.includes("\n") && OPTION.test(trimmed)) return "option";
  const lines = trimmed.split("\n", LINES).filter((line) => line.trim().length > 0);
  if (isCode(lines)) return "code-bare";
  if (isList(lines)) return "list";
  return trimmed.length < SHORT_CHARACTERS ? "prose-short" : "prose-long";
}

function fenceClass(trimmed: string): FormatClass {
  const pieces = trimmed.split("```");
  const outside = pieces.filter((piece, n) => n % 2 === 0 && piece.trim().length > 0);
  return outside.length === 0 ? "fence-only" : "fence-mixed";
}

function isJson(trimmed: string): boolean {
  const first = trimmed[0];
  if (first !== "{" && first !== "[") return false;
  try {
    JSON.parse(trimmed);
    return true;
  } catch {
    return false;
  }
}

function isTerse(trimmed: string): boolean {
  return trimmed.length <= TERSE_CHARACTERS && trimmed.split(/\s+/).length <= TERSE_WORDS;
}

function isCode(lines: readonly string[]): boolean {
  const code = lines.filter((line) => CODE_LINE.test(line.slice(0, 300)) || CODE_START.test(line)).length;
  return lines.length > 1
    ? code * 2 > lines.length
    : CODE_START.test(lines[0] ?? "") && code > 0 && /[;{}()]/.test(lines[0] ?? "");
}

function isList(lines: readonly string[]): boolean {
  const items = lines.filter((line) => LIST_ITEM.test(line)).length;
  return items >= 2 && items * 2 >= lines.length;
}
