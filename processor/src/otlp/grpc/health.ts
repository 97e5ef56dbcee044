import type { ServerHttp2Stream } from "node:http2";

import { GRPC, Refusal } from "../failure.ts";
import { ProtobufReader } from "../protobuf/reader.ts";
import { text } from "../protobuf/attributes.ts";
import { frame } from "./frame.ts";

const STATUS = { serving: 1, notServing: 2, serviceUnknown: 3 } as const;

/** Clients that watch at once; a load balancer needs one. */
const MOST_WATCHERS = 100;

/** `grpc.health.v1.Health`: serving until `stop`. Source: gRPC health checking protocol. */
export class Health {
  readonly #services: ReadonlySet<string>;
  /** And whether what they watch exists. */
  readonly #watchers = new Map<ServerHttp2Stream, boolean>();
  #serving = true;

  /** The empty name is the server as a whole. */
  constructor(services: readonly string[]) {
    this.#services = new Set(["", ...services]);
  }

  /** The message of an answer to `Check`. Throws a refusal for a service that there is none of. */
  check(request: Uint8Array): Uint8Array {
    const service = serviceOf(request);
    if (!this.#services.has(service)) throw new Refusal(404, GRPC.notFound, `no such service: ${service}`);
    return this.#answer();
  }

  /** Answers `Watch` now and when that changes; `stream` has sent its headers. Bound: `isFull`. */
  watch(request: Uint8Array, stream: ServerHttp2Stream): void {
    const known = this.#services.has(serviceOf(request));
    stream.write(frame(known ? this.#answer() : Uint8Array.of(8, STATUS.serviceUnknown)));
    this.#watchers.set(stream, known);
    stream.on("close", () => this.#watchers.delete(stream));
  }

  get isFull(): boolean {
    return this.#watchers.size >= MOST_WATCHERS;
  }

  /** Tells those who watch that nothing is served any more. */
  stop(): void {
    this.#serving = false;
    for (const [stream, known] of this.#watchers) {
      if (known) stream.write(frame(this.#answer()));
      stream.end();
    }
  }

  /** `HealthCheckResponse { 1 status }`. */
  #answer(): Uint8Array {
    return Uint8Array.of(8, this.#serving ? STATUS.serving : STATUS.notServing);
  }
}

/** `HealthCheckRequest { 1 service }`. */
function serviceOf(request: Uint8Array): string {
  const reader = new ProtobufReader(request);
  let service = "";
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === ((1 << 3) | 2)) service = text(request, reader.range());
    else reader.skip(tag);
  }
  return service;
}
