import { describe, expect, it } from "vitest";

import { ModelError, type Problem } from "../../generate/problem.ts";
import type { Registry } from "../../generate/registry.ts";
import { problemsOf, RULES } from "../../generate/validate.ts";
import { registryOf } from "./registry-of.ts";

/** One string attribute in flow style, with what deviates. */
function attribute(key: string, more = ""): string {
  return `{key: ${key}, type: int, brief: A thing., stability: development${more && `, ${more}`}}`;
}

function signal(kind: "metrics" | "events", name: string, more = "", refs = ""): string {
  const rest = kind === "metrics" ? "instrument: counter, unit: '{thing}', " : "";
  return `${kind}: [{name: ${name}, ${rest}brief: A thing., stability: development, requirement_level: recommended, attributes: [${refs}]${more && `, ${more}`}}]`;
}

const ref = (key: string, more = ""): string => `{ref: ${key}${more && `, ${more}`}}`;
const INT = "annotations: {code_generation: {metric_value_type: int}}";

interface Case {
  readonly rule: string;
  readonly model: Registry;
  readonly problem: Problem;
}

const own = (...texts: readonly string[]): Registry => registryOf({ own: texts.join("\n") });
const at = (id: string, expected: string, file = "model/own.yaml"): Problem => ({ file, id, expected });

const CASES: readonly Case[] = [
  {
    rule: "namesAreWellFormed",
    model: own(`attributes: [${attribute("spanwarden.Bad-Name")}]`),
    problem: at("spanwarden.Bad-Name", "a name of the form ^[a-z][a-z0-9]*([._][a-z0-9]+)*$ with at least one dot"),
  },
  {
    rule: "ownNamesHaveOwnRoot",
    model: own(`attributes: [${attribute("gen_ai.mine")}]`),
    problem: at("gen_ai.mine", "a name under spanwarden.*, for other namespaces belong to others"),
  },
  {
    rule: "noAttributeIsANamespace",
    model: own(`attributes: [${attribute("spanwarden.a")}, ${attribute("spanwarden.a.b")}]`),
    problem: at("spanwarden.a", "no name that is a namespace of spanwarden.a.b"),
  },
  {
    rule: "noMetricIsANamespace",
    model: registryOf({ own: signal("metrics", "spanwarden.m"), core: signal("metrics", "spanwarden.m.n") }),
    problem: at("spanwarden.m", "no name that is a namespace of spanwarden.m.n"),
  },
  {
    rule: "constantsDoNotCollide",
    model: own(`attributes: [${attribute("spanwarden.a.b_c")}, ${attribute("spanwarden.a.b.c")}]`),
    problem: at(
      "spanwarden.a.b.c",
      "a constant other than ATTR_SPANWARDEN_A_B_C, which spanwarden.a.b_c in model/own.yaml already has",
    ),
  },
  {
    rule: "enumMembersAreUnique",
    model: own(
      "attributes: [{key: spanwarden.e, brief: An enum., stability: development, type: {members: [",
      "  {id: x, value: one, stability: development}, {id: x, value: two, stability: development}]}}]",
    ),
    problem: at("spanwarden.e", "no second member with id x"),
  },
  {
    rule: "stringsHaveExamples",
    model: own("attributes: [{key: spanwarden.s, type: string, brief: A text., stability: development}]"),
    problem: at("spanwarden.s", "examples, as for every attribute of strings"),
  },
  {
    rule: "examplesFitTheirType",
    model: own(`attributes: [${attribute("spanwarden.n", "examples: [1.5]")}]`),
    problem: at("spanwarden.n", "examples of the attribute's type"),
  },
  {
    rule: "singleValuesHaveSingularNames",
    model: own("attributes: [{key: spanwarden.things, type: double, brief: A thing., stability: development}]"),
    problem: at("spanwarden.things", "a singular name, for the attribute has one value and does not count"),
  },
  {
    rule: "renamesLeadSomewhere",
    model: own(
      `attributes: [${attribute("spanwarden.old", "deprecated: {reason: renamed, renamed_to: spanwarden.gone}")}]`,
    ),
    problem: at("spanwarden.old", "`renamed_to` to be a name of the model"),
  },
  {
    rule: "referencesResolve",
    model: own(signal("metrics", "spanwarden.m", "", ref("spanwarden.none"))),
    problem: at("spanwarden.m", "attribute spanwarden.none to be defined here or in a dependency's excerpt"),
  },
  {
    rule: "attributesComeFromOnePlace",
    model: own(
      `attributes: [${attribute("spanwarden.a")}]`,
      signal("metrics", "spanwarden.m", "", `${ref("spanwarden.a")}, ${ref("spanwarden.a")}`),
    ),
    problem: at("spanwarden.m", "spanwarden.a to be referred to once"),
  },
  {
    rule: "noAttributeIsAnOrphan",
    model: own(`attributes: [${attribute("spanwarden.a")}]`),
    problem: at("spanwarden.a", "a signal that refers to the attribute"),
  },
  {
    rule: "excerptsHoldOnlyWhatIsUsed",
    model: registryOf({ core: `attributes: [${attribute("error.unused")}]` }),
    problem: at("error.unused", "something in model/ that refers to it", "upstream/core.yaml"),
  },
  {
    rule: "excerptsMatchTheManifest",
    model: registryOf({}, { excerpt: "https://example.com/other" }),
    problem: at("core", "a dependency with the schema_url of the excerpt", "model/manifest.yaml"),
  },
  {
    rule: "metricsHaveNoComplexAttributes",
    model: own(
      "attributes: [{key: spanwarden.tree, type: any, brief: A tree., stability: development}]",
      signal("metrics", "spanwarden.m", "", ref("spanwarden.tree")),
    ),
    problem: at("spanwarden.m", "spanwarden.tree on spans and events only, for it is of type any"),
  },
  {
    rule: "metricsHaveNoHighCardinality",
    model: own(
      `attributes: [${attribute("spanwarden.user", "annotations: {cardinality: high}")}]`,
      signal("metrics", "spanwarden.m", "", ref("spanwarden.user")),
    ),
    problem: at("spanwarden.m", "spanwarden.user on spans and events only, for it is of high cardinality"),
  },
  {
    rule: "largeValuesAreOnEvents",
    model: own(
      `attributes: [${attribute("spanwarden.body", "annotations: {large: true}")}]`,
      signal("metrics", "spanwarden.m", "", ref("spanwarden.body")),
    ),
    problem: at("spanwarden.m", "spanwarden.body on events only, for it may be longer than 1 KB"),
  },
  {
    rule: "stableSignalsHoldStableAttributes",
    model: own(
      `attributes: [${attribute("spanwarden.a")}]`,
      signal("metrics", "spanwarden.m", "", ref("spanwarden.a")).replace("stability: development", "stability: stable"),
    ),
    problem: at("spanwarden.m", "spanwarden.a to be opt_in, for it is not stable and the signal is"),
  },
  {
    rule: "eventsHaveASeverity",
    model: own(signal("events", "spanwarden.happened", "annotations: {can_fail: false}")),
    problem: at("spanwarden.happened", "annotations.severity_number, 1 to 24"),
  },
  {
    rule: "eventsThatCanFailHaveAnErrorType",
    model: own(signal("events", "spanwarden.happened", "annotations: {severity_number: 9, can_fail: true}")),
    problem: at("spanwarden.happened", "error.type among the attributes, for it can fail"),
  },
  {
    rule: "eventsNameTheirSensitiveAttributes",
    model: own(
      `attributes: [${attribute("spanwarden.secret", "annotations: {sensitive: true}")}]`,
      signal(
        "events",
        "spanwarden.happened",
        "annotations: {severity_number: 9, can_fail: false}",
        ref("spanwarden.secret"),
      ),
    ),
    problem: at("spanwarden.happened", "a note that says which attributes are sensitive, for spanwarden.secret is"),
  },
  {
    rule: "metricBriefsEndWithAPeriod",
    model: own(signal("metrics", "spanwarden.m", INT).replace("A thing.", "A thing")),
    problem: at("spanwarden.m", 'a brief that ends with "."'),
  },
  {
    rule: "noMetricIsCalledTotal",
    model: own(signal("metrics", "spanwarden.calls_total", INT)),
    problem: at("spanwarden.calls_total", "a name without `total`"),
  },
  {
    rule: "pluralsAreCounts",
    model: own(signal("metrics", "spanwarden.seconds", INT).replace("'{thing}'", "s")),
    problem: at("spanwarden.seconds", "a singular name, for the counter has a unit"),
  },
  {
    rule: "durationsAreInSeconds",
    model: own(signal("metrics", "spanwarden.call.duration", INT).replace("'{thing}'", "ms")),
    problem: at("spanwarden.call.duration", "unit s"),
  },
  {
    rule: "ratiosHaveNoUnit",
    model: own(signal("metrics", "spanwarden.fail.ratio", INT)),
    problem: at("spanwarden.fail.ratio", 'unit "1"'),
  },
  {
    rule: "annotatedUnitsAreSingular",
    model: own(signal("metrics", "spanwarden.m", INT).replace("{thing}", "{things}")),
    problem: at("spanwarden.m", "a unit of the form {thing}, singular"),
  },
  {
    rule: "histogramsHaveBuckets",
    model: own(signal("metrics", "spanwarden.m", INT).replace("counter", "histogram")),
    problem: at("spanwarden.m", "annotations.buckets on histograms and on nothing else"),
  },
  {
    rule: "metricsHaveAValueType",
    model: own(signal("metrics", "spanwarden.m")),
    problem: at("spanwarden.m", "annotations.code_generation.metric_value_type, int or double"),
  },
];

describe("the validator", () => {
  it("has a case here for each of its rules", () => {
    expect(CASES.map(({ rule }) => rule).toSorted()).toEqual(Object.keys(RULES).toSorted());
  });

  it.each(CASES)("$rule: names the file, the key and what was expected", ({ rule, model, problem }) => {
    expect(RULES[rule]?.(model)).toEqual([problem]);
    expect(problemsOf(model, [])).toContainEqual(problem);
  });

  it("does not let a published name go", () => {
    const model = own(`attributes: [${attribute("spanwarden.a")}]`);
    expect(problemsOf(model, ["spanwarden.a", "spanwarden.gone"])).toContainEqual(
      at("spanwarden.gone", "a published name to stay in the model, marked `deprecated`", "src/names"),
    );
  });

  it("says every problem in one error, a line each", () => {
    const error = new ModelError([at("a.b", "this"), at("c.d", "that")]);
    expect(error.message).toBe("model/own.yaml: a.b: expected this\nmodel/own.yaml: c.d: expected that");
  });
});

describe("rules with several sides", () => {
  it("a second value of an enum is found as a second id is", () => {
    const model = own(
      "attributes: [{key: spanwarden.e, brief: An enum., stability: development, type: {members: [",
      "  {id: x, value: one, stability: development}, {id: y, value: one, stability: development}]}}]",
    );
    expect(RULES["enumMembersAreUnique"]?.(model)).toEqual([at("spanwarden.e", "no second member of value one")]);
  });

  it("an up-down counter is singular whatever its unit", () => {
    const model = own(signal("metrics", "spanwarden.calls", INT).replace("counter", "updowncounter"));
    expect(RULES["pluralsAreCounts"]?.(model)).toEqual([
      at("spanwarden.calls", "a singular name, as for every up-down counter"),
    ]);
  });

  it("buckets rise", () => {
    const annotations = "annotations: {code_generation: {metric_value_type: int}, buckets: [1, 1]}";
    const model = own(signal("metrics", "spanwarden.m", annotations).replace("counter", "histogram"));
    expect(RULES["histogramsHaveBuckets"]?.(model)).toEqual([
      at("spanwarden.m", "annotations.buckets in ascending order"),
    ]);
  });

  it("an event says whether it can fail", () => {
    const model = own(signal("events", "spanwarden.happened", "annotations: {severity_number: 9}"));
    expect(RULES["eventsThatCanFailHaveAnErrorType"]?.(model)).toEqual([
      at("spanwarden.happened", "annotations.can_fail, true or false"),
    ]);
  });

  it("a dependency is pinned", () => {
    const dependencies = [
      { schema_url: "https://example.com/core", registry_path: "https://example.com/core.git@main[model]" },
    ];
    expect(RULES["excerptsMatchTheManifest"]?.(registryOf({}, { manifest: { dependencies } }))).toEqual([
      at("https://example.com/core", "registry_path to end in @commit[model] or @tag[model]", "model/manifest.yaml"),
    ]);
  });
});
