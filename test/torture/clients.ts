import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { connect, type Socket } from "node:net";

/** Milliseconds for a connection to be made. */
const CONNECTING = 5_000;

/** A connection that never throws; `undefined` where none could be made. */
export async function opened(port: number): Promise<Socket | undefined> {
  return await new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const timer = setTimeout(() => socket.destroy(), CONNECTING);
    socket.on("error", () => undefined);
    socket.once("connect", () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once("close", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
}

/** So many connections, some at a time; those that could be made. */
export async function manyOpened(port: number, n: number, atOnce = 250): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let made = 0; made < n; made += atOnce) {
    // eslint-disable-next-line no-await-in-loop -- more at once than the listener's backlog are turned away
    const some = await Promise.all(Array.from({ length: Math.min(atOnce, n - made) }, () => opened(port)));
    sockets.push(...some.filter((socket) => socket !== undefined));
  }
  return sockets;
}

/** The head of an OTLP/HTTP request. */
export function headOf(length: number): string {
  return [
    "POST /v1/traces HTTP/1.1",
    "host: 127.0.0.1",
    "content-type: application/x-protobuf",
    `content-length: ${length}`,
    "\r\n",
  ].join("\r\n");
}

export const GRPC_HEADERS = {
  ":method": "POST",
  ":path": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
  "content-type": "application/grpc",
  te: "trailers",
} as const;

/** A gRPC client's connection that survives whatever is done to it. */
export async function grpcSession(address: string): Promise<ClientHttp2Session> {
  const session = connectHttp2(address);
  session.on("error", () => undefined);
  await new Promise((resolve) => session.once("connect", resolve).once("close", resolve));
  return session;
}
