import { Hono } from "hono";
import type { ReceiveUpload, UploadAnswer } from "./upload-receiver.ts";

export const UPLOADS_PATH = "/uploads/";

/** `PUT /uploads/<key>?…`: what S3 does with its presigned URLs, with S3's status codes and XML errors. */
export function createUploadRoutes(deps: { readonly receiveUpload: ReceiveUpload }): Hono {
  const routes = new Hono();
  routes.put(`${UPLOADS_PATH}*`, async (context) => {
    const { raw } = context.req;
    const url = new URL(raw.url);
    const answer = await deps.receiveUpload({
      key: url.pathname.slice(UPLOADS_PATH.length),
      query: url.searchParams,
      headers: raw.headers,
      body: raw.body ?? emptyBody(),
    });
    return respond(answer);
  });
  return routes;
}

function respond(answer: UploadAnswer): Response {
  if (answer.status === 200) {
    const version = answer.versionId === undefined ? {} : { "x-amz-version-id": answer.versionId };
    return new Response(null, { status: 200, headers: { etag: answer.etag, ...version } });
  }
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${answer.code}</Code><Message>${answer.message}</Message></Error>`;
  // What is left of the body is not read: the sender must not think that the connection is free for more.
  const headers = { "content-type": "application/xml", connection: "close" };
  return new Response(xml, { status: answer.status, headers });
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {
  // A request without a body has no chunks.
}
