import type { Server, Socket } from "node:net";

import type { Entrance } from "./entrance.ts";

/** The connections of a server: counted where one is turned away, and all of them known, so that a stop can end. */
export class Connections {
  readonly #open = new Set<Socket>();

  constructor(server: Server, entrance: Pick<Entrance, "config" | "refused">) {
    server.maxConnections = entrance.config.max_connections;
    server.on("drop", () => entrance.refused("too_many_connections"));
    server.on("tlsClientError", () => entrance.refused("tls_handshake"));
    // Below TLS: a handshake that is never finished belongs to no request and no session.
    server.on("connection", (socket: Socket) => {
      this.#open.add(socket);
      socket.on("close", () => this.#open.delete(socket));
    });
  }

  /** Those that have said nothing so far lose nothing. */
  closeSilent(): void {
    for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy();
  }

  closeAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
