import { readFileSync } from "node:fs";
import { constants } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";

import { between } from "../../../examples/node-service/random.ts";
import { GRPC_HEADERS, grpcSession, headOf, manyOpened, opened } from "../clients.ts";
import type { Lab } from "../lab.ts";
import type { Scenario } from "../scenario.ts";
import { requestOf } from "../traffic.ts";

const CONNECTIONS = 10_000;
/** Milliseconds for the answers to all of them. */
const ANSWERING = 20_000;

/** Ten thousand idle senders. */
export const manyConnections: Scenario = {
  name: "10k connections",
  what: "ten thousand senders that have each sent something and stay connected",
  incidents: 0,
  memory: 1_024,
  impossible: async () => {
    // Node has raised its own limit to the hard one already, and so will the processor.
    const files = Number(/^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);
    const enough = await Promise.resolve(files >= CONNECTIONS + 500);
    return enough ? undefined : `a process may open ${files} files; ulimit -n ${CONNECTIONS + 500} is needed`;
  },
  run: async (lab) => {
    const sockets = await manyOpened(lab.port, CONNECTIONS);
    let answered = 0;
    const request = headOf(0);
    for (const socket of sockets) socket.once("data", () => answered++);
    // In groups below the bound on requests under way, as senders of one fleet are not all in step.
    for (let i = 0; i < sockets.length; i += 50) {
      for (const socket of sockets.slice(i, i + 50)) socket.write(request);
      // eslint-disable-next-line no-await-in-loop -- one group after the other
      await delay(5);
    }
    const deadline = performance.now() + ANSWERING;
    while (answered < sockets.length && performance.now() < deadline) {
      // eslint-disable-next-line no-await-in-loop -- waits for another process
      await delay(50);
    }
    const value = await lab.untilThrough();
    for (const socket of sockets) socket.destroy();
    const n = sockets.length;
    return [
      { name: "connected at once", value: n, unit: "", goal: `${CONNECTIONS}`, ok: n === CONNECTIONS },
      { name: "answered", value: answered, unit: "", n, goal: `${CONNECTIONS}`, ok: answered === CONNECTIONS },
      { name: "another exporter is through after", value, unit: "s", n, goal: "<= 10 s", ok: value <= 10 },
    ];
  },
};

/** Senders that vanish at any point of a request, and send it again. */
export const disconnects: Scenario = {
  name: "random disconnects",
  what: "senders that vanish at a random byte of their request, or just before its answer, and send it again",
  incidents: 0,
  memory: 512,
  run: async (lab) => {
    const n = lab.scaled(1_200);
    for (let done = 0; done < n; done += 20) {
      // eslint-disable-next-line no-await-in-loop -- twenty at a time
      await Promise.all(Array.from({ length: 20 }, () => vanish(lab)));
    }
    return [];
  },
};

async function vanish(lab: Lab): Promise<void> {
  const ids = lab.ledger.issue(20);
  const body = requestOf(ids, "call");
  const request = Buffer.concat([Buffer.from(headOf(body.length)), body]);
  const cut = lab.random() < 0.3 ? request.length : Math.floor(between(lab.random, 1, request.length));
  const socket = await opened(lab.port);
  lab.ledger.sent(ids);
  socket?.write(request.subarray(0, cut));
  await delay(between(lab.random, 0, 10));
  if (lab.random() < 0.5) socket?.resetAndDestroy();
  else socket?.destroy();
  await lab.exporter.send(ids, body, 10_000);
}

/** What HTTP/2 has been attacked with. */
export const http2Abuse: Scenario = {
  name: "HTTP/2 abuse",
  what: "streams that are reset as soon as they are open, pings, settings and bytes that are no HTTP/2",
  incidents: 0,
  memory: 512,
  run: async (lab) => {
    const deadline = performance.now() + lab.scaled(10_000);
    while (performance.now() < deadline) {
      // eslint-disable-next-line no-await-in-loop -- one connection after the other
      const session = await grpcSession(lab.grpcAddress);
      for (let i = 0; i < 2_000 && !session.destroyed; i++) {
        const stream = session.request(GRPC_HEADERS).on("error", () => undefined);
        stream.close(constants.NGHTTP2_CANCEL);
        if (i % 10 === 0) session.ping(() => undefined);
        if (i % 100 === 0) session.settings({ initialWindowSize: 65_535 + i });
      }
      // eslint-disable-next-line no-await-in-loop -- one connection after the other
      const noise = await opened(lab.grpcPort);
      noise?.write(Buffer.from(Array.from({ length: 500 }, () => Math.floor(between(lab.random, 0, 256)))));
      // eslint-disable-next-line no-await-in-loop -- one connection after the other
      await delay(100);
      noise?.destroy();
      session.destroy();
    }
    return [];
  },
};
