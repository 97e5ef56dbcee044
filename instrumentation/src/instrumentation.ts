import { InstrumentationBase } from "@opentelemetry/instrumentation";

import type { LlmInstrumentationConfig } from "./config.ts";
import { installSeam, removeSeam } from "./fetch/global-fetch.ts";
import { seam } from "./fetch/instrument-fetch.ts";
import { SCOPE } from "./scope.ts";

/** For `new NodeSDK({ instrumentations: [new LlmInstrumentation()] })`. Patches no module: only the global `fetch`. */
export class LlmInstrumentation extends InstrumentationBase<LlmInstrumentationConfig> {
  constructor(config: LlmInstrumentationConfig = {}) {
    super(SCOPE.name, SCOPE.version, config);
  }

  /** The constructor of the base calls it, too. */
  override setConfig(config: LlmInstrumentationConfig): void {
    super.setConfig(config);
    seam.configure(config);
  }

  override enable(): void {
    super.enable();
    installSeam();
  }

  override disable(): void {
    super.disable();
    removeSeam();
    seam.flush();
  }

  /** There is no module to patch. */
  protected override init(): void {}
}
