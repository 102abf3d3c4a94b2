import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that left a function. */
export type RecordedRequest = {
  readonly service: "s3" | "states" | "sns";
  /** The operation for Step Functions and SNS, the method for S3. */
  readonly action: string;
  /** The key for S3, without the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
};

export type RecordedAws = {
  readonly endpoint: string;
  readonly requests: readonly RecordedRequest[];
  /** Keys that S3 shall refuse to tell anything about. */
  readonly forbidden: Set<string>;
  /** Mailboxes of topics that have not confirmed; all others have. */
  readonly unconfirmed: Set<string>;
  /** The mailboxes of each topic. */
  readonly mailboxes: Map<string, readonly string[]>;
  /** Topics that take a message and never say so. */
  readonly silent: Set<string>;
  readonly stop: () => Promise<void>;
};

type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

const STORED_AT = "Sat, 21 Nov 2026 21:12:04 GMT";

/**
 * Answers what the functions ask of S3, Step Functions and SNS as those do when all goes well, and notes what was
 * asked. Objects are kept under their keys; nothing else is remembered.
 */
export async function startRecordedAws(): Promise<RecordedAws> {
  const requests: RecordedRequest[] = [];
  const forbidden = new Set<string>();
  const topics = {
    mailboxes: new Map<string, readonly string[]>(),
    unconfirmed: new Set<string>(),
    silent: new Set<string>(),
  };
  const objects = new Map<string, Buffer>();
  const server = createServer(async (incoming, outgoing) => {
    const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>));
    const recorded = record(incoming, body);
    requests.push(recorded);
    if (topics.silent.has(recorded.query.get("TopicArn") ?? "")) return;
    const {
      status,
      headers,
      body: answer,
    } = recorded.service === "sns" ? answerOfSns(recorded, topics) : answerTo(recorded, objects, forbidden);
    outgoing.writeHead(status, headers).end(answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    forbidden,
    ...topics,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function record({ method = "", url = "", headers }: IncomingMessage, body: Buffer): RecordedRequest {
  const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
  const key = decodeURIComponent(pathname).replace(/^\/[^/]*\/?/, "");
  const target = String(headers["x-amz-target"] ?? "").split(".")[1];
  if (target) return { service: "states", action: target, key: "", query: searchParams, headers, body };
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    const query = new URLSearchParams(body.toString());
    return { service: "sns", action: query.get("Action") ?? "", key: "", query, headers, body };
  }
  return { service: "s3", action: method, key, query: searchParams, headers, body };
}

function answerTo(
  request: RecordedRequest,
  objects: Map<string, Buffer>,
  forbidden: ReadonlySet<string>,
): Reply {
  if (request.service === "states") {
    const startDate = Date.now() / 1000;
    return { status: 200, body: JSON.stringify({ executionArn: "arn:aws:states:run", startDate }) };
  }
  if (forbidden.has(request.key)) return { status: 403 };
  if (request.action === "PUT") return put(request, objects);
  if (request.action === "DELETE") {
    objects.delete(request.key);
    return { status: 204 };
  }
  if (request.query.get("list-type") === "2") return list(request.query, objects);
  const object = objects.get(request.key);
  return object ? told(request, object) : { status: 404 };
}

function answerOfSns(
  { action, query }: RecordedRequest,
  { mailboxes, unconfirmed }: Pick<RecordedAws, "mailboxes" | "unconfirmed">,
): Reply {
  const topic = query.get("TopicArn") ?? "";
  const answers: Readonly<Record<string, string>> = {
    Publish: "<MessageId>m-1</MessageId>",
    ListSubscriptionsByTopic: `<Subscriptions>${(mailboxes.get(topic) ?? [])
      .map((mailbox, index) => {
        const arn = unconfirmed.has(mailbox) ? "PendingConfirmation" : `${topic}:${index}`;
        return `<member><Protocol>email</Protocol><Endpoint>${mailbox}</Endpoint><SubscriptionArn>${arn}</SubscriptionArn></member>`;
      })
      .join("")}</Subscriptions>`,
    GetSubscriptionAttributes:
      "<Attributes><entry><key>ConfirmationWasAuthenticated</key><value>true</value></entry></Attributes>",
  };
  const answer = `<${action}Result>${answers[action]}</${action}Result>`;
  return { status: 200, body: `<${action}Response>${answer}</${action}Response>` };
}

function put({ key, query, headers, body }: RecordedRequest, objects: Map<string, Buffer>): Reply {
  if (query.has("retention") || query.has("legal-hold")) return { status: objects.has(key) ? 200 : 404 };
  if (objects.has(key)) return { status: 412, body: "<Error><Code>PreconditionFailed</Code></Error>" };
  if (headers["x-amz-checksum-sha256"] !== sha256(body)) {
    return { status: 400, body: "<Error><Code>BadDigest</Code></Error>" };
  }
  objects.set(key, body);
  return { status: 200, headers: { etag: '"e"' } };
}

function list(query: URLSearchParams, objects: ReadonlyMap<string, Buffer>): Reply {
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get("prefix") ?? "") && key > (query.get("start-after") ?? ""))
    .sort()
    .slice(0, Number(query.get("max-keys") ?? 1000));
  const lastModified = new Date(STORED_AT).toISOString();
  const contents = keys.map(
    (key) =>
      `<Contents><Key>${key}</Key><LastModified>${lastModified}</LastModified><Size>${objects.get(key)?.length}</Size></Contents>`,
  );
  return { status: 200, body: `<ListBucketResult>${contents.join("")}</ListBucketResult>` };
}

function told({ action, headers }: RecordedRequest, object: Buffer): Reply {
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "");
  const bytes = range ? object.subarray(Number(range[1]), Number(range[2]) + 1) : object;
  const described = {
    "content-length": String(bytes.length),
    etag: '"e"',
    "last-modified": STORED_AT,
    "x-amz-version-id": "v1",
    ...(headers["x-amz-checksum-mode"] === "ENABLED" && { "x-amz-checksum-sha256": sha256(object) }),
  };
  const status = range ? 206 : 200;
  return action === "HEAD" ? { status, headers: described } : { status, headers: described, body: bytes };
}

function sha256(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("base64");
}
