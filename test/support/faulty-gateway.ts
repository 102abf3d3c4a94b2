import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What happens to one call on its way: it passes, its answer is lost, it is refused, or it is never answered. */
export type Fault = "pass" | "lose-answer" | "throttle" | "break" | "silence";

const refuse = (response: ServerResponse, status: number, type: string): void => {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type }));
};

const forward = async (request: IncomingMessage, target: string): Promise<Response> => {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === "string" && !["host", "connection", "content-length"].includes(name)) {
      headers.set(name, value);
    }
  }
  return fetch(target, { method: "POST", headers, body: new Uint8Array(await buffer(request)) });
};

/**
 * A server on 127.0.0.1 before a JSON service at `target`. It does to each call what `faults` gives next; when
 * none is left, calls pass.
 */
export const startFaultyGateway = async (target: string) => {
  const faults: Fault[] = [];
  const calls: Fault[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = faults.shift() ?? "pass";
    calls.push(fault);
    if (fault === "throttle") {
      return refuse(response, 400, "ThrottlingException");
    }
    if (fault === "break") {
      return refuse(response, 500, "InternalServerError");
    }
    if (fault === "silence") {
      return;
    }
    const answer = await forward(request, target);
    const body = Buffer.from(await answer.arrayBuffer());
    if (fault === "lose-answer") {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" });
    response.end(body);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    /** What comes next, one after the other. */
    expectFaults: (...next: readonly Fault[]): void => {
      faults.splice(0, faults.length, ...next);
      calls.length = 0;
    },
    /** What was done to each call since `expectFaults`. */
    calls: (): readonly Fault[] => calls,
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
