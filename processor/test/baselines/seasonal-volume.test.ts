import { describe, expect, it } from "vitest";

import {
  addVolume,
  BUCKET,
  emptyVolume,
  forgetRecentVolume,
  passVolume,
  type ClosedBucket,
  type SeasonalVolume,
} from "../../src/baselines/seasonal-volume.ts";
import { T0, throughDisk } from "../detectors/traffic.ts";

const DAY = 144;
/** Busy by day, a third of it by night. */
const calls = (bucket: number): number => (bucket % DAY < 72 ? 30 : 90);

/** Lives through buckets, of which each has `of` calls of 100 tokens; the last one that was closed. */
function live(volume: SeasonalVolume, from: number, to: number, of = calls, frozen = false): ClosedBucket | undefined {
  let closed: ClosedBucket | undefined;
  for (let bucket = from; bucket < to; bucket++) {
    for (let n = 0; n < of(bucket); n++) addVolume(volume, T0 + bucket * BUCKET + n, { calls: 1, tokens: 100 });
    closed = passVolume(volume, T0 + (bucket + 1) * BUCKET, frozen) ?? closed;
  }
  return closed;
}

describe("seasonal volume", () => {
  it("knows nothing before seven days", () => {
    const volume = emptyVolume();
    expect(live(volume, 0, 7 * DAY - 1)).toMatchObject({ calls: 90, tokens: 9_000, samples: 90, reference: undefined });
    expect(volume.reference).toBeUndefined();
    live(volume, 7 * DAY - 1, 7 * DAY);
    expect(volume.reference).toBeDefined();
  });

  it("tells what is usual at this time of the day from what is the most of the week", () => {
    const volume = emptyVolume();
    live(volume, 0, 8 * DAY + 10, (bucket) => calls(bucket) + (bucket % DAY === 10 ? bucket / DAY : 0));
    expect(volume.reference).toMatchObject({
      most: { calls: 90 },
      median: { calls: 30 },
      least: 30,
      unbroken: 7,
      days: 7,
    });
    expect(volume.reference?.usualMost.calls).toBeCloseTo(38, 0);
  });

  it("does not take missing for 0", () => {
    const volume = emptyVolume();
    live(volume, 0, 8 * DAY + 10, (bucket) => (bucket >= 3 * DAY && bucket < 4 * DAY ? 0 : calls(bucket)));
    expect(volume.reference).toMatchObject({ median: { calls: 30 }, least: 0, unbroken: 6, days: 7 });
  });

  it("learns nothing while an incident is open, nor of the two hours before it", () => {
    const volume = emptyVolume();
    live(volume, 0, 8 * DAY);
    live(volume, 8 * DAY, 8 * DAY + 10, () => 900);
    forgetRecentVolume(volume);
    live(volume, 8 * DAY + 10, 9 * DAY, () => 900, true);
    live(volume, 9 * DAY, 9 * DAY + 10);
    expect(volume.reference).toMatchObject({ most: { calls: 90 }, days: 6 });
  });

  it("keeps nothing of a cell that is hardly used", () => {
    const volume = emptyVolume();
    live(volume, 0, 8 * DAY, () => 5);
    expect(volume.ring).toBeUndefined();
  });

  it("is the same after a pause of months as a new one, and survives a restart", () => {
    const volume = emptyVolume();
    live(volume, 0, 8 * DAY);
    passVolume(volume, T0 + 100 * DAY * BUCKET, false);
    addVolume(volume, T0 + 100 * DAY * BUCKET, { calls: 1, tokens: 1 });
    expect(volume.reference?.most.calls).toBe(0);
    expect(throughDisk(volume)).toEqual(volume);
  });
});
