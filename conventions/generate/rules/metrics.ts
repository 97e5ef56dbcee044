import type { Problem } from "../problem.ts";
import type { Registry } from "../registry.ts";
import { looksPlural } from "./plural.ts";
import { unless, type Rule } from "./rule.ts";

type Item = Registry["metrics"][number] & { readonly id: string };

function metricsThat(registry: Registry, concerned: (metric: Item) => boolean): Item[] {
  return registry.metrics.map((metric) => ({ ...metric, id: metric.name })).filter(concerned);
}

const any = (): boolean => true;
const own = ({ origin }: Item): boolean => origin === "own";

/** A metric's brief is shown as its description. */
export const metricBriefsEndWithAPeriod: Rule = (registry) =>
  unless(metricsThat(registry, any), ({ brief }) => brief.endsWith("."), 'a brief that ends with "."');

/** Exporters add `_total` themselves. */
export const noMetricIsCalledTotal: Rule = (registry) =>
  unless(metricsThat(registry, own), ({ name }) => !/[._]total$/.test(name), "a name without `total`");

/** What is counted may be plural (`findings`), what is measured may not (`io.bytes`); a state is singular (`active`). */
export const pluralsAreCounts: Rule = (registry) => [
  ...unless(
    metricsThat(registry, (metric) => own(metric) && metric.instrument === "counter" && looksPlural(metric.name)),
    ({ unit }) => unit.startsWith("{"),
    "a singular name, for the counter has a unit",
  ),
  ...unless(
    metricsThat(registry, (metric) => own(metric) && metric.instrument === "updowncounter"),
    ({ name }) => !looksPlural(name),
    "a singular name, as for every up-down counter",
  ),
];

/** Times are in seconds. */
export const durationsAreInSeconds: Rule = (registry) =>
  unless(
    metricsThat(registry, ({ name }) => /[._](duration|delay|latency|time)$|\.time_(to|per)_\w+$/.test(name)),
    ({ unit }) => unit === "s",
    "unit s",
  );

/** A share of something has no unit. */
export const ratiosHaveNoUnit: Rule = (registry) =>
  unless(
    metricsThat(registry, ({ name }) => /[._](ratio|share|utilization)$/.test(name)),
    ({ unit }) => unit === "1",
    'unit "1"',
  );

/** `{thing}` names one thing. */
export const annotatedUnitsAreSingular: Rule = (registry) =>
  unless(
    metricsThat(registry, ({ unit }) => unit.startsWith("{")),
    ({ unit }) => /^\{[A-Za-z_]+\}$/.test(unit) && !looksPlural(unit.slice(1, -1)),
    "a unit of the form {thing}, singular",
  );

/** Buckets are for histograms, all of ours have them, and they rise. */
export const histogramsHaveBuckets: Rule = (registry): Problem[] => {
  const metrics = metricsThat(registry, any);
  return [
    ...unless(
      metrics,
      ({ instrument, annotations }) => (instrument === "histogram") === (annotations?.buckets !== undefined),
      "annotations.buckets on histograms and on nothing else",
    ),
    ...unless(
      metrics,
      ({ annotations }) => isAscending(annotations?.buckets ?? []),
      "annotations.buckets in ascending order",
    ),
  ];
};

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((value, index) => index === 0 || value > (numbers[index - 1] ?? value));
}

/** A metric says whether its values are whole numbers. */
export const metricsHaveAValueType: Rule = (registry) =>
  unless(
    metricsThat(registry, any),
    ({ annotations }) => annotations?.code_generation !== undefined,
    "annotations.code_generation.metric_value_type, int or double",
  );
