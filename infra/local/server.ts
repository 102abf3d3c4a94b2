import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import { StartError } from "./start-options.ts";

export type LocalServer = { readonly baseUrl: string; readonly close: () => Promise<void> };

/** The loopback address alone: nothing of a police force's is reachable from another machine. */
const HOST = "127.0.0.1";
/** Requests that are still running when we are told to end get so long. */
const CLOSE_WITHIN_MS = 5000;

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE") {
    return new StartError(
      `Port ${port} of ${HOST} is taken by another program. Choose another with PORT=8788, or any free one with PORT=0.`,
    );
  }
  if (error.code === "EACCES") {
    return new StartError(
      `Port ${port} needs rights that this user does not have. Choose one with PORT=8788.`,
    );
  }
  return error;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Listens on the port (0: a free one). Throws `StartError` when it cannot. */
export function listen(app: Hono, port: number): Promise<LocalServer> {
  const server = createAdaptorServer({ fetch: app.fetch, hostname: HOST }) as Server;
  // A large upload may take long; its own reader gives up when nothing comes any more.
  server.requestTimeout = 0;
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(explain(error, port)));
    server.listen(port, HOST, () => {
      const address = server.address();
      const taken = typeof address === "object" && address ? address.port : port;
      resolve({ baseUrl: `http://${HOST}:${taken}`, close: () => close(server) });
    });
  });
}
