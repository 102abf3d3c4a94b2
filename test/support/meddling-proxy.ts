import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** An answer of the API as it goes back to the device. */
export type ProxiedAnswer = { status: number; body: unknown };

export type Meddling = {
  /** After how many of its bytes the connection of this PUT to the store is cut; undefined when it passes. */
  readonly cutPutAfter?: (bytes: number) => number | undefined;
  /** Another answer than the one that came; the answer itself when it passes. */
  readonly changeAnswer?: (call: ProxiedCall, answer: ProxiedAnswer) => ProxiedAnswer;
  /** Another status for a PUT to the store than the one that came. */
  readonly changePutStatus?: (status: number) => number;
};

export type ProxiedCall = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

const UPLOADS = "/uploads/";

/**
 * A server on 127.0.0.1 between a device and both the API and the store at `target`: upload URLs in answers are
 * rewritten, so that uploads go through it as well.
 */
export async function startMeddlingProxy(target: string, meddling: Meddling) {
  let baseUrl = "";
  let putBytes = 0;
  let cuts = 0;

  const carryPut = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const cutAfter = meddling.cutPutAfter?.(Number(incoming.headers["content-length"] ?? 0));
    const { method, url, headers } = incoming;
    const upstream = request(`${target}${url}`, { method: method ?? "PUT", headers });
    const end = () => {
      incoming.socket.destroy();
      upstream.destroy();
    };
    let received = 0;
    incoming.on("data", (chunk: Buffer) => {
      putBytes += chunk.length;
      received += chunk.length;
      if (cutAfter === undefined || received < cutAfter) {
        // At once, as a wire takes it: what waits here would count as sent and could still be cut.
        upstream.write(chunk);
        return;
      }
      cuts += 1;
      end();
    });
    incoming.on("error", end);
    upstream.on("error", end);
    upstream.on("response", (response) => {
      const status = response.statusCode ?? 502;
      outgoing.writeHead(meddling.changePutStatus?.(status) ?? status, response.headers);
      response.pipe(outgoing);
    });
    incoming.on("end", () => upstream.end());
  };

  const carryCall = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const call: ProxiedCall = {
      method: incoming.method ?? "GET",
      path: incoming.url ?? "/",
      headers: incoming.headers as Record<string, string>,
      body: await buffer(incoming),
    };
    const came = await exchange(target, call);
    const answer = meddling.changeAnswer?.(call, came.answer) ?? came.answer;
    const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
    outgoing.writeHead(answer.status, { "content-type": came.contentType });
    outgoing.end(text.replaceAll(target, baseUrl));
  };

  const server = createServer((incoming, outgoing) => {
    if (incoming.url?.startsWith(UPLOADS)) return carryPut(incoming, outgoing);
    // Where nothing answers, the device sees a connection that breaks.
    carryCall(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.requestTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl,
    /** Bytes of PUTs that arrived here, and how many PUTs were cut. */
    measured: () => ({ putBytes, cuts }),
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function exchange(target: string, { method, path, headers, body }: ProxiedCall) {
  return new Promise<{ answer: ProxiedAnswer; contentType: string }>((resolve, reject) => {
    // By hand, because the path must go on exactly as it came: it is signed.
    const { hostname, port } = new URL(target);
    const length = { "content-length": String(body.length) };
    const sending = request({
      hostname,
      port,
      method,
      path,
      headers: { ...headers, ...(body.length > 0 ? length : {}) },
    });
    sending.on("error", reject);
    sending.on("response", (response) => {
      buffer(response).then((bytes) => {
        const contentType = response.headers["content-type"] ?? "application/octet-stream";
        const text = bytes.toString("utf8");
        const isJson = contentType.includes("json") && text !== "";
        const status = response.statusCode ?? 502;
        resolve({ answer: { status, body: isJson ? JSON.parse(text) : text }, contentType });
      }, reject);
    });
    sending.end(body);
  });
}
