import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import { GRPC_HEADERS, grpcSession, headOf, manyOpened } from "../clients.ts";
import type { Lab } from "../lab.ts";
import type { Row, Scenario } from "../scenario.ts";
import { requestOf } from "../traffic.ts";

/** Seconds within which a normal exporter is to get through while the others are slow. */
const BESIDE = 10;

/** Bodies that arrive a byte a second, over both protocols. */
export const slowWriters: Scenario = {
  name: "slow writers",
  what: "hundreds of senders, HTTP and gRPC, whose bodies come a byte a second",
  incidents: 0,
  memory: 512,
  run: async (lab) => {
    const n = lab.scaled(400);
    const sockets = await manyOpened(lab.port, n);
    for (const socket of sockets) socket.write(headOf(1_000));
    const session = await grpcSession(lab.grpcAddress);
    const streams = Array.from({ length: 90 }, () => session.request(GRPC_HEADERS).on("error", () => undefined));
    const dripping = setInterval(() => {
      for (const peer of [...sockets, ...streams]) if (!peer.destroyed) peer.write("\0");
    }, 1_000);
    await delay(2_000);
    const rows = await beside(lab, sockets);
    await delay(lab.scaled(10_000));
    clearInterval(dripping);
    for (const peer of [...sockets, ...streams]) peer.destroy();
    session.destroy();
    return rows;
  },
};

/** Senders that fill their connection with requests and never read an answer. */
export const slowReaders: Scenario = {
  name: "slow readers",
  what: "senders that pipeline requests without end and never read an answer",
  incidents: 0,
  memory: 512,
  run: async (lab) => {
    const sockets = await manyOpened(lab.port, lab.scaled(80));
    const body = requestOf([], "request");
    const request = Buffer.concat([Buffer.from(headOf(body.length)), body]);
    const many = Buffer.concat(Array.from({ length: 500 }, () => request));
    for (const socket of sockets) socket.pause();
    const deadline = performance.now() + lab.scaled(10_000);
    while (performance.now() < deadline) {
      for (const socket of sockets) if (!socket.writableNeedDrain && !socket.destroyed) socket.write(many);
      // eslint-disable-next-line no-await-in-loop -- lets the other side read what it will
      await delay(50);
    }
    const rows = await beside(lab, sockets);
    for (const socket of sockets) socket.destroy();
    return rows;
  },
};

/** Connections that begin and never go on. */
export const halfOpen: Scenario = {
  name: "half-open connections",
  what: "connections with nothing, half a head, half a TLS greeting or an HTTP/2 preface on them",
  incidents: 0,
  memory: 512,
  run: async (lab) => {
    const openings = [
      "",
      "POST /v1/tra",
      headOf(1_000),
      "\u0016\u0003\u0001\u0002",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ];
    const [http, grpc] = [await manyOpened(lab.port, lab.scaled(800)), await manyOpened(lab.grpcPort, lab.scaled(800))];
    const sockets = [...http, ...grpc];
    // Those that are in the middle of a body are of another scenario: here they stay below the bound on requests under way.
    const bodies = 40;
    for (const [i, socket] of sockets.entries()) {
      const opening = openings[i % openings.length] ?? "";
      if (opening !== openings[2] || i / openings.length < bodies) socket.write(opening);
    }
    await delay(lab.scaled(4_000));
    const rows = await beside(lab, sockets);
    for (const socket of sockets) socket.destroy();
    return rows;
  },
};

async function beside(lab: Lab, peers: readonly Socket[]): Promise<readonly Row[]> {
  const value = await lab.untilThrough();
  const name = "a normal exporter beside them is through after";
  return [{ name, value, unit: "s", n: peers.length, goal: `<= ${BESIDE} s`, ok: value <= BESIDE }];
}
