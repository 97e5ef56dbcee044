/** One row: what was measured, whether it is positive, and what must not be torn between folds. */
export interface Row {
  readonly features: readonly number[];
  readonly real: boolean;
  readonly group: number;
}

const FOLDS = 5;
const STEPS = 400;
const RATE = 0.5;
/** Ridge penalty, per row. */
const RIDGE = 1e-3;

/** The score of each row by a logistic regression that was fitted to the other folds; rows of a group share a fold. */
export function crossValidated(rows: readonly Row[]): readonly number[] {
  const scaled = standardised(rows.map(({ features }) => features));
  const models = Array.from({ length: FOLDS }, (_, fold) => {
    const training = rows.flatMap(({ real, group }, n) =>
      group % FOLDS === fold ? [] : [{ features: scaled[n] ?? [], real }],
    );
    return fitted(training);
  });
  return rows.map(({ group }, n) => dot(models[group % FOLDS] ?? [], scaled[n] ?? []));
}

/** To mean 0 and deviation 1, with a constant 1 before them. */
function standardised(rows: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const columns = (rows[0] ?? []).map((_, column) => {
    const values = rows.map((row) => row[column] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    return { mean, deviation: Math.sqrt(variance) || 1 };
  });
  return rows.map((row) => [1, ...columns.map(({ mean, deviation }, n) => ((row[n] ?? 0) - mean) / deviation)]);
}

/** Weights of a logistic regression, by gradient descent. */
function fitted(rows: readonly { readonly features: readonly number[]; readonly real: boolean }[]): readonly number[] {
  let weights = (rows[0]?.features ?? []).map(() => 0);
  for (let step = 0; step < STEPS; step++) {
    const gradient = weights.map((weight) => RIDGE * weight);
    for (const { features, real } of rows) {
      const error = 1 / (1 + Math.exp(-dot(weights, features))) - Number(real);
      for (const [n, value] of features.entries()) gradient[n] = (gradient[n] ?? 0) + (error * value) / rows.length;
    }
    weights = weights.map((weight, n) => weight - RATE * (gradient[n] ?? 0));
  }
  return weights;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, n) => sum + value * (b[n] ?? 0), 0);
}
