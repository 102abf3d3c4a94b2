import { beforeEach, describe, expect, it } from "vitest";
import { type ApiUnderTest, aDevice, createApiUnderTest } from "#test/support/api-under-test.ts";
import { aClip, at } from "#test/support/build-inputs.ts";
import { anIncident } from "#test/support/lifecycle-builders.ts";

let under: ApiUnderTest;
beforeEach(() => {
  under = createApiUnderTest();
});

const asAdmin = (method: string, path: string, body?: unknown) => under.asPerson("admin", method, path, body);
const camera = { kind: "camera", model: "Axon Body 3", status: "active" };
const officer = {
  collarNumber: "4471SW",
  team: "Response A",
  borough: "Lambeth",
  taserTrained: true,
  cameraIssued: true,
};

describe("devices", () => {
  it("are registered by 201, the same again and replaced by 200", async () => {
    const put = (body: object) => asAdmin("PUT", "/v1/devices/X1", body);
    expect(await put(camera)).toMatchObject({ status: 201, body: { serial: "X1", ...camera } });
    expect((await put(camera)).status).toBe(200);
    expect((await put({ ...camera, status: "revoked" })).status).toBe(200);
    expect((await asAdmin("GET", "/v1/devices/X1")).body.status).toBe("revoked");
  });

  it("are taken at their new word where looking again failed after they were revoked", async () => {
    const dock = aDevice("DOCK-1");
    const { incidents } = under.repositories;
    const span = { fromMs: Date.parse("2026-11-21T21:00:00Z"), toMs: Date.parse("2026-11-21T22:00:00Z") };
    await incidents.create(anIncident({ weaponSerial: "DOCK-1" }), span);
    const failing = createApiUnderTest({
      ...under.repositories,
      workflow: { start: () => Promise.reject(new Error("no run was started")) },
    });
    await under.register(dock);
    expect((await failing.asDevice(dock, "GET", "/v1/bookings")).status).toBe(200);
    const revoked = { kind: "gateway", model: "Model", status: "revoked", publicKeys: [dock.jwk] };
    expect((await failing.asPerson("admin", "PUT", "/v1/devices/DOCK-1", revoked)).status).toBe(500);
    expect((await failing.asDevice(dock, "GET", "/v1/bookings")).status).toBe(401);
  });

  it("are answered line by line when sent as an array", async () => {
    await asAdmin("PUT", "/v1/devices/X2", camera);
    const reply = await asAdmin("POST", "/v1/devices", [
      { serial: "X1", ...camera },
      { serial: "X2", ...camera },
    ]);
    expect(reply.status).toBe(201);
    expect(reply.body.results).toMatchObject([
      { result: "created", device: { serial: "X1" } },
      { result: "unchanged", device: { serial: "X2" } },
    ]);
  });

  it("are not changed by POST", async () => {
    await asAdmin("POST", "/v1/devices", { serial: "X1", ...camera });
    const reply = await asAdmin("POST", "/v1/devices", [
      { serial: "X0", ...camera },
      { serial: "X1", ...camera, model: "Other" },
    ]);
    expect([reply.status, reply.body.type]).toEqual([409, "urn:witnessed:problem:conflict"]);
    expect((await asAdmin("GET", "/v1/devices/X0")).status).toBe(404);
  });

  it("hold a key that no other serial holds", async () => {
    const { jwk } = aDevice("GW-1");
    await asAdmin("PUT", "/v1/devices/GW-1", { ...camera, kind: "gateway", publicKeys: [jwk] });
    const reply = await asAdmin("PUT", "/v1/devices/GW-2", { ...camera, kind: "gateway", publicKeys: [jwk] });
    expect([reply.status, reply.body.detail]).toEqual([409, expect.stringContaining("belongs to GW-1")]);
  });

  it.each([
    ["a point of small order", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["a point of small order with its sign", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA"],
    ["bits that say nothing", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"],
  ])("cannot have a key of %s", async (_name, x) => {
    const publicKeys = [{ kty: "OKP", crv: "Ed25519", x }];
    const reply = await asAdmin("POST", "/v1/devices", [{ serial: "X1", ...camera, publicKeys }]);
    expect(reply.status).toBe(400);
    expect(reply.body.errors).toEqual([{ pointer: "/0/publicKeys/0/x", detail: expect.any(String) }]);
  });

  it("have two keys at most, and no private ones", async () => {
    const [one, two, three] = [aDevice("a").jwk, aDevice("b").jwk, aDevice("c").jwk];
    const pointersFor = async (publicKeys: object[]) => {
      const { body } = await asAdmin("PUT", "/v1/devices/X1", { ...camera, publicKeys });
      return body.errors.map(({ pointer }: { pointer: string }) => pointer);
    };
    expect(await pointersFor([one, two, three])).toEqual(["/publicKeys"]);
    expect(await pointersFor([one, { ...two, d: "secret" }])).toEqual(["/publicKeys/1/d"]);
  });

  it("are listed by serial, page by page", async () => {
    await asAdmin(
      "POST",
      "/v1/devices",
      ["X3", "X1", "X2"].map((serial) => ({ serial, ...camera })),
    );
    const first = await asAdmin("GET", "/v1/devices?limit=2");
    expect(first.body.devices.map(({ serial }: { serial: string }) => serial)).toEqual(["X1", "X2"]);
    const second = await asAdmin("GET", `/v1/devices?limit=2&cursor=${first.body.cursor}`);
    expect(second.body).toMatchObject({ devices: [{ serial: "X3" }] });
    expect(second.body.cursor).toBeUndefined();
  });

  it.each(["limit=0", "limit=201", "limit=x", "cursor=", "cursor=%21", "page=2"])(
    "refuse the query %s",
    async (query) => {
      expect((await asAdmin("GET", `/v1/devices?${query}`)).status).toBe(400);
    },
  );
});

describe("officers", () => {
  it("are registered, replaced, read and listed", async () => {
    expect((await asAdmin("PUT", "/v1/officers/P-1", officer)).status).toBe(201);
    expect((await asAdmin("PUT", "/v1/officers/P-1", { ...officer, borough: "Camden" })).status).toBe(200);
    expect((await asAdmin("GET", "/v1/officers/P-1")).body).toEqual({
      ...officer,
      borough: "Camden",
      officerId: "P-1",
    });
    expect((await asAdmin("GET", "/v1/officers")).body.officers).toHaveLength(1);
    expect((await asAdmin("GET", "/v1/officers/P-2")).status).toBe(404);
  });

  it("are refused twice in one array", async () => {
    const lines = [
      { officerId: "P-1", ...officer },
      { officerId: "P-1", ...officer },
    ];
    const reply = await asAdmin("POST", "/v1/officers", lines);
    expect([reply.status, reply.body.errors[0].pointer]).toEqual([400, "/1/officerId"]);
    expect((await asAdmin("POST", "/v1/officers", lines[0])).status).toBe(201);
    expect((await asAdmin("POST", "/v1/officers", lines[0])).status).toBe(200);
    expect((await asAdmin("POST", "/v1/officers", { ...lines[0], team: "B" })).status).toBe(409);
  });
});

describe("a registration", () => {
  const span = { fromMs: Date.parse("2026-11-21T21:00:00Z"), toMs: Date.parse("2026-11-21T22:00:00Z") };
  const startedIds = () => under.started.map(({ incidentId }) => incidentId);

  it("of a weapon looks again at its incidents", async () => {
    const { incidents } = under.repositories;
    await incidents.create(anIncident({ incidentId: "i-weapon", weaponSerial: "X1" }), span);
    await incidents.create(anIncident({ incidentId: "i-other", weaponSerial: "X9" }), span);
    await asAdmin("PUT", "/v1/devices/X1", { ...camera, kind: "weapon" });
    expect(startedIds()).toEqual(["i-weapon"]);
  });

  it("of a camera looks again at the incidents near its clips, booked or not, and at no other", async () => {
    const { incidents, footage } = under.repositories;
    const search = (hour: string) => ({
      search: { from: `2026-11-21T${hour}:00:00.000Z`, to: `2026-11-21T${hour}:59:00.000Z` },
    });
    await incidents.create(anIncident({ incidentId: "i-near", ...search("21") }), span);
    await incidents.create(anIncident({ incidentId: "i-far", ...search("23") }), {
      fromMs: Date.parse("2026-11-21T23:00:00Z"),
      toMs: Date.parse("2026-11-21T23:59:00Z"),
    });
    await footage.create(aClip({ camera: { serial: "X1" } }), {
      fromMs: Date.parse(at(-60)),
      toMs: Date.parse(at(65)),
    });
    under.started.length = 0;
    await asAdmin("PUT", "/v1/devices/X1", camera);
    expect(startedIds()).toEqual(["i-near"]);
  });

  it("of an officer looks again at their incidents, each time that it is changed", async () => {
    await under.repositories.incidents.create(anIncident({ incidentId: "i1", officerIds: ["P-1"] }), span);
    for (const cameraIssued of [true, false, true]) {
      await asAdmin("PUT", "/v1/officers/P-1", { ...officer, cameraIssued });
      under.wait(1000);
    }
    expect(startedIds()).toEqual(["i1", "i1", "i1"]);
    expect(new Set(under.started.map(({ cause }) => cause)).size).toBe(3);
  });
});

describe("bookings", () => {
  const booking = { deviceSerial: "X1", officerId: "P-1", from: "2026-11-21T18:00:00Z" };
  const post = (body: unknown) => asAdmin("POST", "/v1/bookings", body);

  it("are kept in UTC, repeated by 200 and closed by the same key", async () => {
    const from = "2026-11-21T18:00:00.000Z";
    expect(await post(booking)).toMatchObject({ status: 201, body: { ...booking, from } });
    expect((await post(booking)).status).toBe(200);
    const closed = { ...booking, to: "2026-11-22T06:00:00Z" };
    expect((await post(closed)).status).toBe(200);
    expect((await post(closed)).status).toBe(200);
    const { body } = await asAdmin("GET", "/v1/bookings");
    expect(body.bookings).toEqual([{ ...booking, from, to: "2026-11-22T06:00:00.000Z" }]);
  });

  it("are refused with another end by 409, the others of the array being kept", async () => {
    await post({ ...booking, to: "2026-11-22T06:00:00Z" });
    const reply = await post([
      { ...booking, to: "2026-11-22T07:00:00Z" },
      { ...booking, officerId: "P-2" },
    ]);
    expect([reply.status, reply.body.detail]).toEqual([409, expect.stringContaining("X1 for P-1")]);
    expect((await asAdmin("GET", "/v1/bookings")).body.bookings).toHaveLength(2);
  });

  it("take local times of the force", async () => {
    expect((await post({ ...booking, from: "2026-07-01T18:00:00" })).body.from).toBe(
      "2026-07-01T17:00:00.000Z",
    );
  });

  it("keep both instants of a local time that exists twice", async () => {
    const local = { ...booking, from: "2026-10-25T01:30:00", to: "2026-10-25T01:40:00" };
    const kept = {
      ...booking,
      from: "2026-10-25T00:30:00.000Z",
      fromAlso: "2026-10-25T01:30:00.000Z",
      to: "2026-10-25T01:40:00.000Z",
      toAlso: "2026-10-25T00:40:00.000Z",
    };
    expect(await post(local)).toMatchObject({ status: 201, body: kept });
    expect(await post(local)).toMatchObject({ status: 200, body: kept });
    expect((await asAdmin("GET", "/v1/bookings")).body.bookings).toEqual([kept]);
  });

  it("refuse a local time that does not exist, and an end that is not after the beginning", async () => {
    const reply = await post([
      { ...booking, from: "2026-03-29T01:30:00" },
      { ...booking, to: booking.from },
    ]);
    const pointers = reply.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect([reply.status, pointers]).toEqual([400, ["/0/from", "/1/to"]]);
  });

  it("are at most 500 at a time, each field named by its line", async () => {
    const many = Array.from({ length: 501 }, (_, index) => ({ ...booking, officerId: `P-${index}` }));
    expect((await post(many)).status).toBe(400);
    const reply = await post([booking, { ...booking, officer: "x" }]);
    expect(reply.body.errors).toEqual([{ pointer: "/1/officer", detail: expect.any(String) }]);
    expect((await post(many.slice(1))).status).toBe(201);
  });

  it("look again where a camera's clip lies by the new booking, and where it lay by the one before", async () => {
    const { incidents, footage } = under.repositories;
    const during = (day: string) => ({
      search: { from: `2026-11-${day}T20:00:00.000Z`, to: `2026-11-${day}T20:59:00.000Z` },
    });
    const spanOf = (day: string) => ({
      fromMs: Date.parse(`2026-11-${day}T20:00:00Z`),
      toMs: Date.parse(`2026-11-${day}T20:59:00Z`),
    });
    const clip = aClip({ camera: { serial: "X1" }, declaration: { clock: { unset: true } } });
    const seen = [{ footageId: clip.footageId, cameraSerial: "X1" }];
    const add = (incidentId: string, day: string, fields: object) =>
      incidents.create(anIncident({ incidentId, officerIds: [], ...during(day), ...fields }), spanOf(day));
    await add("i-then", "19", { candidates: seen });
    await add("i-beside", "19", {});
    await add("i-now", "21", {});
    await footage.create(clip, "untrusted");
    await post({ ...booking, from: "2026-11-19T18:00:00Z", to: "2026-11-20T06:00:00Z" });
    under.started.length = 0;
    await post({ ...booking, officerId: "P-2" });
    expect(under.started.map(({ incidentId }) => incidentId)).toEqual(["i-now", "i-then"]);
  });

  it("look again at the incidents that they may change", async () => {
    const { incidents } = under.repositories;
    const span = { fromMs: Date.parse("2026-11-21T21:00:00Z"), toMs: Date.parse("2026-11-21T22:00:00Z") };
    const add = (fields: object) => incidents.create(anIncident({ officerIds: [], ...fields }), span);
    await add({ incidentId: "i-weapon", weaponSerial: "X1" });
    await add({ incidentId: "i-officer", weaponSerial: "X9", officerIds: ["P-1"] });
    await add({ incidentId: "i-before", weaponSerial: "X9", officerIds: ["P-0"] });
    await add({ incidentId: "i-other", weaponSerial: "X9", officerIds: ["P-9"] });
    await post({ ...booking, officerId: "P-0", from: "2026-11-20T18:00:00Z" });
    under.started.length = 0;
    await post(booking);
    expect(under.started.map(({ incidentId }) => incidentId)).toEqual(["i-before", "i-officer", "i-weapon"]);
    expect(new Set(under.started.map(({ cause }) => cause)).size).toBe(1);
  });
});
