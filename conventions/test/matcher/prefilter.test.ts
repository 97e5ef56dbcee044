import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { Prefilter } from "../../src/matcher/prefilter.ts";

/** Every kind of syntax that a pattern may use, with what is easily got wrong, and texts that it matches. */
const EXPRESSIONS: readonly (readonly [RegExp, ...string[]])[] = [
  [/secret/, "secret"],
  [/secret/i, "sEcReT"],
  [/k[i-m]ss/iu, "KISS", "\u212al\u017fs"],
  [/\bkey\b\s*[:=]\s*"[^"]{3,12}"/, 'key="abc"', 'key\u00a0: "éééé"'],
  [/(?:passw(?:or)?d|pwd)\s{0,3}is/i, "PASSWD is", "pwdis", "password\u2003\n is"],
  [/AKIA[A-Z2-7]{16}/, "AKIAABCDEFGHABCDEFGH"],
  [/(?<![\w-])sk-(?:proj-[\w-]{8,20}|[A-Za-z0-9]{12,16})(?![\w-])/, "sk-proj-a_b-c_d-", "sk-abcdef012345"],
  [/\d{4}([ -])\d{4}\1\d{4}/, "1234 1234 1234", "1234-1234-1234"],
  [/(?<a>ab|c)d\k<a>/, "abdab", "cdc"],
  [/[^\d\s]{3}@[a-z]+\.(?:com|org)/, "€x\u00e9@a.com", "abc@zz.org"],
  [/a?b?c?/, "", "abc"],
  [/x*/, "", "xxx"],
  [/x+y/, "xy", "xxxxxxxxxxxxy"],
  [/(?:ab){2,4}c/, "ababc", "ababababc"],
  [/(?:ab|c){0,2}d/, "d", "abcd", "ccd"],
  [/é[à-ü]\u00e9/, "éàé"],
  [/€\d+/, "€1"],
  [/\u0041\x42\u{43}/u, "ABC"],
  [/\p{Lu}\p{L}+-\d/u, "Ab-1", "\ud801\udc00b-1"],
  [/./s, "\n", "€"],
  [/a.b/, "a\u212ab", "axb"],
  [/a.b/u, "a\ud83d\ude00b", "axb"],
  [/[\w.]+@/, "a.b@"],
  [/[\w.]+@/iu, "\u017f@"],
  [/\d{2,}%/, "12%", "1234567890123%"],
  [/^begin[^]*end$/m, "begin\n€\nend"],
  [/(?=.*\d)word\d?/, "word7", "word but 7"],
  [/(?<=\$)\d+\.\d\d/, "$1.25"],
  [/[\]\-\\^]{2}/, "]-", "\\^"],
  [/[a\-z]=/, "-=", "z="],
  [/a{,3}b/, "a{,3}b"],
  [/\cJ|\t|\v/, "\n", "\t", "\v"],
  [/(?:a|b|c|d|e|f|g|h)(?:a|b|c|d|e|f|g|h)(?:1|2|3|4|5|6|7|8)!/, "ah8!"],
  [/\0?z{3}/, "zzz", "\0zzz"],
  [/(?:a(?:b(?:c(?:d{1,3}){1,3}){1,3}){1,3}){1,3}e/, "abcde", "abcdddcdbcde"],
];

const RUNS = { numRuns: 60 };

/** Letters that take part in the patterns, so that near misses and accidental matches abound. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...Array.from('abcdkKsSxyz0123456789 .-@$%"\\:=éſK€\n'), "\ud83d\ude00"),
    fc.constantFrom("secret", "key", "sk-", "AKIA", "ab", "pwd", "is"),
  ),
  maxLength: 40,
});

describe.each(EXPRESSIONS.map(([expression, ...matches]) => ({ expression, matches })))(
  "$expression",
  ({ expression, matches }) => {
    const prefilter = new Prefilter([expression]);

    it.each(matches)("is a candidate where it matches: %j", (match) => {
      expect(expression.test(match)).toBe(true);
      fc.assert(
        fc.property(text, text, (before, after) => {
          const whole = before + match + after;
          expect(prefilter.candidates(whole).has(0) || !expression.test(whole)).toBe(true);
        }),
        RUNS,
      );
    });

    it("is a candidate in every text at random that it happens to match", () => {
      fc.assert(
        fc.property(text, (any) => {
          expect(prefilter.candidates(any).has(0) || !expression.test(any)).toBe(true);
        }),
        RUNS,
      );
    });
  },
);

describe("a text that is cut anywhere", () => {
  const prefilter = new Prefilter(EXPRESSIONS.map(([expression]) => expression));

  it("has the candidates that it has as a whole", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (pieces) => {
        const run = prefilter.start();
        for (const piece of pieces) run.push(piece);
        expect(run.candidates).toEqual(prefilter.candidates(pieces.join("")));
      }),
    );
  });

  it("has them also where it is so long that it is read in lanes and chunks", () => {
    fc.assert(
      fc.property(fc.nat({ max: 40_000 }), fc.nat({ max: 40_000 }), fc.nat({ max: 40_000 }), (before, after, cut) => {
        const whole = `${".".repeat(before)}AKIAABCDEFGHABCDEFGH${".".repeat(after)}`;
        const aws = new Prefilter([/AKIA[A-Z2-7]{16}/]);
        expect(aws.candidates(whole).size).toBe(1);
        expect(aws.start().push(whole.slice(0, cut)).push(whole.slice(cut)).candidates.size).toBe(1);
      }),
      { numRuns: 300 },
    );
  });
});

describe("what it is for", () => {
  const names = ["AKIA[A-Z2-7]{16}", "xox[abp]-\\d{10}", "@", "\\d{3}-\\d{2}-\\d{4}"] as const;
  const prefilter = new Prefilter(names.map((source) => new RegExp(source)));
  const candidates = (of: string): readonly string[] =>
    [...prefilter.candidates(of)].map((index) => names[index] ?? "");

  it.each([
    ["an ordinary answer about 2024 and 3.5 % more", []],
    ["mail me @ home", ["@"]],
    ["123-45-6789", ["\\d{3}-\\d{2}-\\d{4}"]],
    ["xox-1 AKI 12-34", []],
    ["xoxb-1234567890 and @", ["xox[abp]-\\d{10}", "@"]],
  ])("%s", (of, expected) => expect(candidates(of)).toEqual(expected));

  it("a pattern that can match anywhere is always a candidate", () => {
    expect(new Prefilter([/x*/, /rare-word/]).candidates("nothing")).toEqual(new Set([0]));
  });

  it("no pattern at all has no candidates", () => expect(new Prefilter([]).candidates("text").size).toBe(0));
});

describe("what it cannot do", () => {
  it.each([
    [/[a--b]/v, "flag v"],
    [new RegExp("(?i:a)b"), "a group of a kind that is not known"],
  ])("%s is refused", (expression, message) => {
    expect(() => new Prefilter([expression])).toThrow(message);
  });

  it("too many patterns are refused", () => {
    // Each begins anywhere while others are under way, so that what has been read of all of them combines without end.
    const digits = (n: number): string =>
      Array.from("0123456789", (digit, at) => (((n * 2_654_435_761) >>> at) & 1024 ? digit : "")).join("");
    const many = Array.from(
      { length: 60 },
      (_, n) => new RegExp(Array.from({ length: 9 }, (__, at) => `[${digits(n * 9 + at)}5]`).join("")),
    );
    expect(() => new Prefilter(many)).toThrow(RangeError);
  });
});
