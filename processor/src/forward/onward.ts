import type { ReceiveOutcome, SignalKind } from "../otlp/outcome.ts";
import type { Forwarder } from "./destinations.ts";
import type { LoopGuard } from "./loop-guard.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { withoutItems } from "./parts/request-parts.ts";

/** A request that was received, as it goes on. */
type Request = Omit<OutgoingRequest, "via">;

/** Sends requests on and tells their senders what became of them. What has been here before goes no further. */
export class Onward {
  readonly #forwarder: Forwarder | undefined;
  readonly #loops: LoopGuard;

  /** Without a forwarder everything ends here, and is accepted. */
  constructor(forwarder: Forwarder | undefined, loops: LoopGuard) {
    this.#forwarder = forwarder;
    this.#loops = loops;
  }

  /** `via`: what the request's header said. */
  async send(request: Request, via: string | undefined): Promise<ReceiveOutcome> {
    if (this.#loops.knows(via)) return this.stop(request.signal);
    if (this.#forwarder === undefined) return { status: "accepted" };
    const outcome = await this.#forwarder.send({ ...request, via: this.#loops.via(via) });
    switch (outcome.status) {
      case "delivered":
      case "queued":
        return { status: "accepted" };
      case "partial":
        return outcome;
      case "retryable":
        return { status: "retry", afterSeconds: Math.ceil(outcome.afterSeconds ?? 1), message: outcome.reason };
      case "permanent":
        return { status: "rejected", message: outcome.reason };
    }
  }

  /** As `send`, without the items that came back; `isReturned` is asked for the place of each. */
  async sendRest(
    request: Request,
    via: string | undefined,
    isReturned: (index: number) => boolean,
  ): Promise<ReceiveOutcome> {
    const rest = withoutItems(request, (index) => !isReturned(index));
    const stopped = this.stop(request.signal);
    return rest === undefined ? stopped : await this.send({ ...request, body: rest }, via);
  }

  /** A request that was here before is taken, so that its sender lets it be, and counted. */
  stop(signal: SignalKind): ReceiveOutcome {
    this.#loops.cameBack(signal);
    return { status: "accepted" };
  }
}
