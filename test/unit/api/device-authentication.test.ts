import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { createNonceRecords } from "#records/nonce-records.ts";
import {
  type ApiUnderTest,
  aDevice,
  createApiUnderTest,
  NOW,
  signedInit,
  type TestDevice,
} from "#test/support/api-under-test.ts";
import { aDeclaration } from "#test/support/footage-builders.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { signByHand } from "#test/support/sign-by-hand.ts";
import { createRepositories } from "#use-cases/repositories.ts";

const PATH = "/v1/footage";
const DECLARATION = aDeclaration();

let under: ApiUnderTest;
let gateway: TestDevice;

beforeEach(async () => {
  under = createApiUnderTest();
  gateway = aDevice("GW-1");
  await under.register(gateway);
});

/** A well-signed declaration, changed after it was signed. */
function tampered(change: (init: { method: string; headers: Record<string, string>; body: string }) => void) {
  const init = signedInit(gateway, "POST", PATH, DECLARATION) as Parameters<typeof change>[0];
  change(init);
  return under.send(PATH, init);
}

async function storedFootage() {
  const span = Date.parse(DECLARATION.startTime);
  return under.repositories.footage.footageInSpan(span - 3_600_000, span + 3_600_000);
}

describe("a signed request", () => {
  it("is taken from an active gateway for an unregistered camera", async () => {
    const reply = await under.asDevice(gateway, "POST", PATH, DECLARATION);
    expect(reply.status).toBe(201);
    expect(await storedFootage()).toHaveLength(1);
  });

  it("is taken with either of two registered keys", async () => {
    const next = aDevice("GW-1");
    await under.asPerson("admin", "PUT", "/v1/devices/GW-1", {
      kind: "gateway",
      model: "Dock",
      status: "active",
      publicKeys: [gateway.jwk, next.jwk],
    });
    expect((await under.asDevice(gateway, "POST", PATH, DECLARATION)).status).toBe(201);
    expect((await under.asDevice(next, "POST", PATH, DECLARATION)).status).toBe(200);
  });

  it("is checked with its query", async () => {
    const reply = await under.asDevice(gateway, "GET", "/v1/bookings?limit=5");
    expect(reply.status).toBe(200);
    const init = signedInit(gateway, "GET", "/v1/bookings?limit=5");
    expect((await under.send("/v1/bookings?limit=6", init)).body.type).toMatch(/signature-rejected$/);
  });
});

describe("a request is refused with 401 and nothing stored", () => {
  const json = (change: (value: typeof DECLARATION) => object) => JSON.stringify(change(DECLARATION));

  it.each<
    [string, string, (init: { method: string; headers: Record<string, string>; body: string }) => void]
  >([
    [
      "its body was changed",
      "content-digest-mismatch",
      (init) => {
        init.body = json((d) => ({ ...d, clip: 2 }));
      },
    ],
    [
      "its body and digest were changed",
      "signature-rejected",
      (init) => {
        init.body = json((d) => ({ ...d, clip: 2 }));
        init.headers["content-digest"] =
          `sha-256=:${createHash("sha256").update(init.body).digest("base64")}:`;
      },
    ],
    [
      "its digest is missing",
      "signature-rejected",
      (init) => {
        delete init.headers["content-digest"];
      },
    ],
    [
      "its creation time was changed",
      "signature-created",
      (init) => {
        init.headers["signature-input"] =
          init.headers["signature-input"]?.replace("created=", "created=1") ?? "";
      },
    ],
    [
      "it has expired",
      "signature-created",
      (init) => {
        init.headers["signature-input"] = `${init.headers["signature-input"]};expires=1795327200`;
      },
    ],
    [
      "its nonce was changed",
      "signature-rejected",
      (init) => {
        init.headers["signature-input"] =
          init.headers["signature-input"]?.replace('nonce="', 'nonce="x') ?? "";
      },
    ],
    [
      "its keyid was changed",
      "signature-rejected",
      (init) => {
        init.headers["signature-input"] = init.headers["signature-input"]?.replace("GW-1", "GW-2") ?? "";
      },
    ],
    [
      "its signature is missing",
      "signature-malformed",
      (init) => {
        delete init.headers["signature"];
      },
    ],
    [
      "its components are missing",
      "signature-malformed",
      (init) => {
        delete init.headers["signature-input"];
      },
    ],
    [
      "it covers too little",
      "signature-malformed",
      (init) => {
        init.headers["signature-input"] =
          init.headers["signature-input"]?.replace(' "content-digest"', "") ?? "";
      },
    ],
    [
      "it is not signed",
      "not-signed-in",
      (init) => {
        delete init.headers["signature"];
        delete init.headers["signature-input"];
      },
    ],
  ])("when %s", async (_name, type, change) => {
    const reply = await tampered(change);
    expect(reply.status).toBe(401);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    expect(reply.body.type).toMatch(new RegExp(`:${type}$`));
    expect(await storedFootage()).toEqual([]);
    expect(under.logged.some(({ code }) => code.startsWith("security."))).toBe(true);
  });

  it("when it was signed for another path", async () => {
    const init = signedInit(gateway, "POST", "/v1/weapon-logs", DECLARATION);
    expect((await under.send(PATH, init)).body.type).toMatch(/signature-rejected$/);
  });

  it("when it was signed for another method", async () => {
    const init = signedInit(gateway, "PUT", PATH, DECLARATION);
    expect((await under.send(PATH, { ...init, method: "POST" })).body.type).toMatch(/signature-rejected$/);
  });

  it.each([-301, 301, -86_400, 86_400])(
    "when it was created %i s from our time, and says what time it is",
    async (seconds) => {
      const init = signedInit(gateway, "POST", PATH, DECLARATION, NOW.getTime() + seconds * 1000);
      const reply = await under.send(PATH, init);
      expect(reply.status).toBe(401);
      expect(reply.body).toMatchObject({
        type: "urn:witnessed:problem:signature-created",
        now: NOW.toISOString(),
      });
    },
  );

  it.each([-300, 300])("but not when it was created %i s from our time", async (seconds) => {
    const init = signedInit(gateway, "POST", PATH, DECLARATION, NOW.getTime() + seconds * 1000);
    expect((await under.send(PATH, init)).status).toBe(201);
  });

  it("when it is sent a second time", async () => {
    const init = signedInit(gateway, "POST", PATH, DECLARATION);
    expect((await under.send(PATH, init)).status).toBe(201);
    const replay = await under.send(PATH, init);
    expect(replay.status).toBe(401);
    expect(replay.body.type).toBe("urn:witnessed:problem:signature-replayed");
  });

  it("when the device is unknown, revoked or holds another key, without telling which", async () => {
    const stranger = aDevice("GW-9");
    const revoked = aDevice("GW-8");
    await under.register(revoked, "gateway", "revoked");
    const impostor = { ...aDevice("GW-1") };
    const replies = [];
    for (const device of [stranger, revoked, impostor]) {
      replies.push(await under.asDevice(device, "POST", PATH, DECLARATION));
    }
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401]);
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(under.logged.map(({ fields }) => fields?.code)).toEqual(["unknown", "revoked", "wrong"]);
  });

  it("when the device has no key", async () => {
    await under.repositories.register.putDevice(
      { serial: "GW-7", kind: "gateway", model: "Dock", status: "active" },
      [],
    );
    expect((await under.asDevice(aDevice("GW-7"), "POST", PATH, DECLARATION)).status).toBe(401);
  });
});

describe("a nonce", () => {
  it("is good once in all instances, also when they are asked at once", async () => {
    const records = createMemoryRecords();
    const instances = Array.from({ length: 3 }, () =>
      createApiUnderTest({ ...createRepositories(records), nonces: createNonceRecords(records) }),
    );
    await createRepositories(records).register.putDevice(
      { serial: "GW-1", kind: "gateway", model: "Dock", status: "active", publicKeys: [gateway.jwk] },
      ["GW-1"],
    );
    const init = signedInit(gateway, "POST", PATH, DECLARATION);
    const replies = await Promise.all([...instances, ...instances].map((api) => api.send(PATH, init)));
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 401, 401, 401, 401, 401]);
    expect(replies.filter(({ body }) => body.type?.endsWith("signature-replayed"))).toHaveLength(5);
  });

  it("is of one key: another device may happen on the same", async () => {
    const other = aDevice("GW-2");
    await under.register(other);
    const now = Math.floor(NOW.getTime() / 1000);
    for (const { serial, key } of [gateway, other]) {
      const request = { method: "GET", path: "/v1/bookings" };
      const headers = signByHand(request, { keyId: serial, key }, now, "nonce-1");
      expect((await under.send("/v1/bookings", { headers })).status).toBe(200);
    }
  });

  it.each([-300, 0, 300])(
    "of a signature made %i s from our time is kept until none of our clocks takes it, and no longer",
    async (seconds) => {
      const kept: number[] = [];
      const watching = createApiUnderTest({
        nonces: {
          useOnce: async (_keyId, _nonce, expiresAtSeconds) => {
            kept.push(expiresAtSeconds);
            return true;
          },
        },
      });
      await watching.register(gateway);
      const created = NOW.getTime() + seconds * 1000;
      await watching.send(PATH, signedInit(gateway, "POST", PATH, DECLARATION, created));
      expect(kept).toEqual([created / 1000 + 360]);
    },
  );

  it("is not burnt by somebody else's bad signature", async () => {
    const init = signedInit(gateway, "POST", PATH, DECLARATION);
    const forged = {
      ...init,
      headers: { ...init.headers, signature: `sig1=:${randomBytes(64).toString("base64")}:` },
    };
    expect((await under.send(PATH, forged)).status).toBe(401);
    expect((await under.send(PATH, init)).status).toBe(201);
  });
});

describe("a revocation", () => {
  it("acts within 60 s where it was not made", async () => {
    await under.asDevice(gateway, "POST", PATH, DECLARATION);
    await under.register(gateway, "gateway", "revoked");
    under.wait(59_000);
    expect((await under.asDevice(gateway, "POST", PATH, DECLARATION)).status).toBe(401);
  });

  it("acts at once where it was made", async () => {
    await under.asDevice(gateway, "POST", PATH, DECLARATION);
    const revoked = { kind: "gateway", model: "Dock", status: "revoked", publicKeys: [gateway.jwk] };
    await under.asPerson("admin", "PUT", "/v1/devices/GW-1", revoked);
    expect((await under.asDevice(gateway, "POST", PATH, DECLARATION)).status).toBe(401);
  });
});

describe("speaking for devices", () => {
  it("lets a device speak for itself and for nobody else", async () => {
    const camera = aDevice("X81234567");
    await under.register(camera, "camera");
    expect((await under.asDevice(camera, "POST", PATH, DECLARATION)).status).toBe(201);
    const other = aDeclaration({ camera: { serial: "X89999999", kind: "body-worn" } });
    const reply = await under.asDevice(camera, "POST", PATH, other);
    expect([reply.status, reply.body.type]).toEqual([403, "urn:witnessed:problem:not-your-device"]);
  });

  it("lets nobody speak for a revoked device", async () => {
    await under.register(aDevice("X81234567"), "camera", "revoked");
    const reply = await under.asDevice(gateway, "POST", PATH, DECLARATION);
    expect([reply.status, reply.body.type]).toEqual([403, "urn:witnessed:problem:not-your-device"]);
  });

  it("keeps a device from the footage of another", async () => {
    const { body } = await under.asDevice(gateway, "POST", PATH, DECLARATION);
    const camera = aDevice("X80000000");
    await under.register(camera, "camera");
    expect((await under.asDevice(camera, "GET", `${PATH}/${body.footageId}`)).status).toBe(403);
    expect((await under.asDevice(camera, "POST", `${PATH}/${body.footageId}/complete`)).status).toBe(403);
  });

  it("lets only gateways book and report", async () => {
    const camera = aDevice("X80000000");
    await under.register(camera, "camera");
    const reply = await under.asDevice(camera, "GET", "/v1/bookings");
    expect([reply.status, reply.body.type]).toEqual([403, "urn:witnessed:problem:wrong-role"]);
  });
});

describe("a thousand bad signatures", () => {
  it("are all refused", { timeout: 60_000 }, async () => {
    const revoked = aDevice("GW-8");
    await under.register(revoked, "gateway", "revoked");
    const foreign = aDevice("GW-1");
    const flip = (text: string, at: number) => {
      const index = at % text.length;
      const other = text[index] === "A" ? "B" : "A";
      return text.slice(0, index) + other + text.slice(index + 1);
    };
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.nat(10_000), fc.nat(10_000), async (way, at, seed) => {
        const signer = way === 0 ? foreign : way === 1 ? revoked : gateway;
        const init = signedInit(signer, "POST", PATH, DECLARATION);
        const { headers } = init;
        const raw = /:(.*):/.exec(headers["signature"] ?? "")?.[1] ?? "";
        if (way === 2) {
          const bytes = Buffer.from(raw, "base64");
          bytes[at % 64] = (bytes[at % 64] ?? 0) ^ (1 + (seed % 255));
          headers["signature"] = `sig1=:${bytes.toString("base64")}:`;
        }
        if (way === 3) headers["signature"] = `sig1=:${randomBytes(seed % 130).toString("base64")}:`;
        if (way === 4) headers["signature-input"] = flip(headers["signature-input"] ?? "", at);
        if (way === 5) headers["content-digest"] = flip(headers["content-digest"] ?? "", at);
        const { status } = await under.send(PATH, init);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        return status === 401;
      }),
      { numRuns: 1000, seed: 20261121 },
    );
    expect([...statuses]).toEqual([[401, 1000]]);
    expect(await storedFootage()).toEqual([]);
  });
});
