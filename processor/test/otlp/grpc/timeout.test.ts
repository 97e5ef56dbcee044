import { expect, it } from "vitest";

import { timeoutOf } from "../../../src/otlp/grpc/timeout.ts";

it.each([
  ["1H", 3_600_000],
  ["2M", 120_000],
  ["10S", 10_000],
  ["250m", 250],
  ["1500u", 2],
  ["99999999n", 100],
  ["0S", 0],
  ["99999999H", 2_147_483_647],
  [undefined, undefined],
  ["", undefined],
  ["10", undefined],
  ["10s", undefined],
  ["-1S", undefined],
  ["123456789S", undefined],
])("grpc-timeout %j is %j ms", (header, expected) => expect(timeoutOf(header)).toBe(expected));
