import { beforeEach, describe, expect, it } from "vitest";
import type { Device, Officer } from "#contracts/register.ts";
import { type ApiUnderTest, aDevice, createApiUnderTest } from "#test/support/api-under-test.ts";
import { createVisitor, hiddenFields, type Shown, type Visitor } from "#test/support/console-visitor.ts";
import { anIncident } from "#test/support/lifecycle-builders.ts";
import { LISTS } from "#use-cases/casework/list-open-incidents.ts";
import { thumbprintOf } from "#use-cases/register/public-keys.ts";
import { deviceLog } from "#use-cases/register/register-log.ts";

let under: ApiUnderTest;
let admin: Visitor;
beforeEach(async () => {
  under = createApiUnderTest();
  admin = createVisitor(under);
  await admin.signIn("admin");
});

const taser: Device = { serial: "X1", kind: "weapon", model: "TASER 7", status: "active" };
const member: Officer = {
  officerId: "P-1",
  collarNumber: "4471SW",
  team: "Response A",
  borough: "Lambeth",
  taserTrained: true,
  cameraIssued: true,
};

/** Sends a file and opens its preview. */
async function previewOf(
  list: string,
  file: string | Uint8Array,
  as = admin,
): Promise<Shown & { path: string }> {
  const { location, text } = await as.upload(`/register/${list}/import`, { file });
  if (location === null) throw new Error(`not taken: ${text}`);
  return { ...(await as.get(location)), path: location };
}

async function confirm(preview: { html: string; path: string }, as = admin): Promise<Shown> {
  return as.post(preview.path, hiddenFields(preview.html, preview.path));
}

/** What a preview says of its lines: line, entry, status and fields. */
function rowsOf({ html }: Shown): readonly string[] {
  return [...html.matchAll(/<tr><th scope="row">Line (\d+)<td>(.*?)(?=<tr>|<\/tbody>)/gs)].map(
    ([, line, row]) =>
      `${line} ${row
        ?.replaceAll(/<[^>]+>/g, " ")
        .replaceAll("&quot;", '"')
        .replaceAll(/\s+/g, " ")
        .trim()}`,
  );
}

const logOf = async (id: string) => (await under.repositories.custody.all(id)).map(({ what }) => what);

describe("the preview of an import", () => {
  it("says of each line what becomes of it, field by field, and writes nothing", async () => {
    const { register } = under.repositories;
    await register.putDevice(taser, []);
    await register.putDevice({ ...taser, serial: "X2" }, []);
    const file =
      "serial,kind,model,status\nX1,weapon,TASER 10,active\nX2,weapon,TASER 7,active\nX3,camera,Body 3,active\n";
    const preview = await previewOf("devices", file);
    expect(rowsOf(preview)).toEqual([
      "2 X1 Changed model: “TASER 7” → “TASER 10”",
      "4 X3 New serial “X3” kind “camera” model “Body 3” status “active”",
    ]);
    expect(preview.text).toContain("0 lines to be mended Conflict: 0 Changed: 1 New: 1 Unchanged: 1");
    expect(await register.readDevice("X1")).toEqual(taser);
    expect(await register.readDevice("X3")).toBeUndefined();
    expect(rowsOf(await admin.get(`${preview.path}?show=unchanged`))).toEqual(["3 X2 Unchanged"]);
  });

  it("names each cell that must be mended by its line in the file, and lets nothing be applied", async () => {
    const file = [
      "officerId;collarNumber;team;borough;taserTrained;cameraIssued;supervisor",
      "P-1;4471SW;A;Lambeth;yes;no;",
      "",
      `P 2;;${"x".repeat(10_000)};Lambeth;perhaps;no;`,
      "P-3;4471SW;A;Lambeth;yes;no",
      "P-1;4471SW;A;Lambeth;yes;no;",
    ].join("\r\n");
    const preview = await previewOf("officers", file);
    expect(rowsOf(preview).slice(0, 6)).toEqual([
      "4 officerId P 2 write letters, digits, dots, dashes and underscores alone, at most 64",
      "4 collarNumber (empty) fill this in",
      `4 team ${"x".repeat(60)}… (10000 characters) write at most 100 characters`,
      "4 taserTrained perhaps expected yes or no",
      "5 all P-3 4471SW A Lambeth yes no expected 7 cells, as in the first line, and found 6",
      "6 officerId P-1 the same as line 2: keep one of them",
    ]);
    expect(preview.text).toContain("3 lines to be mended");
    expect(preview.html).not.toContain('id="apply"');
    const csrf = hiddenFields(preview.html, "/sign-out")["csrf"] ?? "";
    expect((await admin.post(preview.path, { csrf, seen: "x", from: "0" })).status).toBe(404);
    expect(await under.repositories.register.readOfficer("P-1")).toBeUndefined();
  });

  it("says what a booking that stands does not let be changed, and what a key's holder is", async () => {
    const { register } = under.repositories;
    const { jwk } = aDevice("X9");
    await register.putDevice({ ...taser, serial: "X9", publicKeys: [jwk] }, [thumbprintOf(jwk)]);
    const from = "2026-11-21T18:00:00.000Z";
    await register.putBooking({ deviceSerial: "X9", officerId: "P-1", from, to: "2026-11-21T20:00:00.000Z" });
    const bookings = await previewOf(
      "bookings",
      `deviceSerial,officerId,from,to\nX9,P-1,${from},2026-11-21T21:00:00Z`,
    );
    expect(bookings.text).toContain("It is booked until 2026-11-21T20:00:00.000Z, which stands");
    const devices = await previewOf(
      "devices",
      `serial,kind,model,status,publicKey1\nX1,camera,B,active,${jwk.x}`,
    );
    expect(devices.text).toContain("A public key of X1 belongs to X9");
    for (const preview of [bookings, devices]) expect(preview.html).not.toContain('id="apply"');
  });

  it("marks what is odd: a booking for whom or what nobody knows, a supervisor who is none", async () => {
    const bookings = await previewOf("bookings", "deviceSerial,officerId,from\nX1,P-1,2026-11-21T18:00:00");
    expect(bookings.text).toContain("The device X1 is not registered. The officer P-1 is not registered.");
    const head = "officerId,collarNumber,team,borough,taserTrained,cameraIssued,supervisor";
    const officers = await previewOf("officers", `${head}\nP-1,1,A,B,yes,no,P-2\nP-3,1,A,B,yes,no,P-1`);
    expect(officers.text.match(/The supervisor \S+ is not registered/g)).toEqual([
      "The supervisor P-2 is not registered",
    ]);
  });

  it.each([
    ["nothing at all", "", "Choose a file"],
    ["no columns that are known", "a,b\n1,2", "Take out or rename a, b. Add serial, kind, model, status."],
    ["a column twice", "serial,kind,model,status,Serial\n", "serial stands there twice"],
    ["a quote that is never closed", 'serial,kind,model,status\n"X1,camera,B,active\n', "is never closed"],
    [
      "a line of a million characters",
      `serial,kind,model,status\n${"x".repeat(1_000_000)}`,
      "longer than 100000",
    ],
    [
      "too many lines",
      `serial,kind,model,status\n${"X,camera,B,active\n".repeat(5001)}`,
      "has more than 5000 lines",
    ],
    ["NUL", "serial,kind,model,status\nX1,camera,\0,active", "Line 2 holds a NUL character"],
  ])("is not made of a file with %s, which is said beside the field", async (_, file, words) => {
    const { status, text } = await admin.upload("/register/devices/import", { file });
    expect([status, text]).toEqual([400, expect.stringContaining(words)]);
  });

  it.each([
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x61, 0x00]), "The file is in UTF-16"],
    [
      "Latin-1",
      new Uint8Array([...new TextEncoder().encode("serial\nB"), 0xf6]),
      "Line 2 holds characters that are not UTF-8",
    ],
  ])("is not made of a file in %s", async (_, file, words) => {
    const { status, text } = await admin.upload("/register/devices/import", { file });
    expect([status, text]).toEqual([400, expect.stringContaining(words)]);
  });

  it("gives back what was pasted and cannot be read", async () => {
    const text = 'serial,kind\n"X1';
    const back = await admin.upload("/register/devices/import", { text });
    expect(back.status).toBe(400);
    expect(back.html).toContain("serial,kind\n&quot;X1</textarea>");
  });

  it("is refused for more than the API takes, and for what is no form with a file", async () => {
    const large = await admin.upload("/register/devices/import", { file: "x".repeat(4 * 1024 * 1024) });
    expect([large.status, large.text]).toEqual([413, expect.stringContaining("Cut it into files")]);
    expect((await admin.post("/register/devices/import", { csrf: "x" })).status).toBe(415);
  });

  it("is its author's alone, and is gone after twelve hours", async () => {
    const preview = await previewOf("devices", "serial,kind,model,status\nX1,camera,B,active");
    const other = createVisitor(createOtherAdmin());
    await other.signIn("supervisor2");
    expect((await other.get(preview.path)).status).toBe(404);
    under.wait(11 * 3_600_000);
    await admin.signIn("admin");
    expect((await admin.get(preview.path)).status).toBe(200);
    under.wait(3_600_000);
    await admin.signIn("admin");
    expect((await admin.get(preview.path)).status).toBe(404);
  });

  function createOtherAdmin() {
    return createApiUnderTest({
      ...under.repositories,
      verifyPerson: async () => ({ subject: "a-2", roles: ["admin"] }),
    });
  }
});

describe("the confirmation of an import", () => {
  it("applies what was previewed, through the use cases, and says so in the logs", async () => {
    await under.repositories.register.putDevice(taser, []);
    const preview = await previewOf(
      "devices",
      '\ufeffmodel;status;serial;kind\r\nTASER 10;Revoked; X1 ;WEAPON\r\n"Body; 3";active;X3;camera\r\n',
    );
    const done = await confirm(preview);
    expect([done.status, done.location]).toEqual([303, `${preview.path}?done=yes`]);
    const { register } = under.repositories;
    expect(await register.readDevice("X1")).toEqual({ ...taser, model: "TASER 10", status: "revoked" });
    expect(await register.readDevice("X3")).toEqual({
      ...taser,
      serial: "X3",
      kind: "camera",
      model: "Body; 3",
    });
    expect((await admin.get(done.location ?? "")).text).toContain("The import is done");
    expect(await logOf(deviceLog("X1"))).toEqual([
      "changes model from “TASER 7” to “TASER 10”; status from “active” to “revoked”",
    ]);
    expect(await logOf(LISTS)).toContain("applies an import of devices: 2 changes");
  });

  it("acts on a revoked device's next request", async () => {
    const dock = aDevice("DOCK-1");
    await under.register(dock);
    expect((await under.asDevice(dock, "GET", "/v1/bookings")).status).toBe(200);
    await confirm(await previewOf("devices", "serial,kind,model,status\nDOCK-1,gateway,Model,revoked"));
    expect((await under.asDevice(dock, "GET", "/v1/bookings")).status).toBe(401);
  });

  it("keeps the keys of a device whose cells are empty or left out, and what was said of a key that stays", async () => {
    const { jwk } = aDevice("X1");
    const other = aDevice("X1").jwk;
    const key = { ...jwk, kid: "2026" };
    await under.repositories.register.putDevice({ ...taser, publicKeys: [key] }, [thumbprintOf(key)]);
    const publicKeys = async () => (await under.repositories.register.readDevice("X1"))?.publicKeys;
    const head = "serial,kind,model,status";
    await confirm(await previewOf("devices", `${head}\nX1,weapon,A,active`));
    await confirm(await previewOf("devices", `${head},publicKey1,publicKey2\nX1,weapon,B,active,,`));
    expect(await publicKeys()).toEqual([key]);
    await confirm(
      await previewOf("devices", `${head},publicKey1,publicKey2\nX1,weapon,B,active,${other.x},${key.x}`),
    );
    expect(await publicKeys()).toEqual([other, key]);
    const fewer = await previewOf("devices", `${head},publicKey1,publicKey2\nX1,weapon,B,active,${other.x},`);
    expect(rowsOf(fewer)).toEqual([
      `2 X1 Changed publicKeys: ${other.x} and ${key.x} (kid 2026) → ${other.x}`,
    ]);
  });

  it("takes an optional field away where its cell is empty, and leaves it where its column is missing", async () => {
    const { register } = under.repositories;
    await register.putOfficer({ ...member, supervisor: "P-9", cameraNotIssuedReason: "stock" });
    const head = "officerId,collarNumber,team,borough,taserTrained,cameraIssued";
    await confirm(await previewOf("officers", `${head}\nP-1,4471SW,B,Lambeth,TRUE,false`));
    const kept = {
      ...member,
      team: "B",
      cameraIssued: false,
      supervisor: "P-9",
      cameraNotIssuedReason: "stock",
    };
    expect(await register.readOfficer("P-1")).toEqual(kept);
    await confirm(await previewOf("officers", `${head},supervisor\nP-1,4471SW,B,Lambeth,yes,no,`));
    const { supervisor: _, ...without } = kept;
    expect(await register.readOfficer("P-1")).toEqual(without);
  });

  it("completes bookings, in the force's own time too, and keeps both meanings of an hour that autumn repeats", async () => {
    const { register } = under.repositories;
    await register.putBooking({ deviceSerial: "X1", officerId: "P-1", from: "2026-07-01T17:00:00.000Z" });
    const file =
      "deviceSerial,officerId,from,to,singleCrewed\nX1,P-1,2026-07-01T18:00:00,2026-07-02T02:00:00,yes\nX1,P-2,2026-10-25T01:30:00,,\n";
    await confirm(await previewOf("bookings", file));
    expect(await register.bookingsOfDevice("X1")).toEqual([
      {
        deviceSerial: "X1",
        officerId: "P-1",
        from: "2026-07-01T17:00:00.000Z",
        to: "2026-07-02T01:00:00.000Z",
        singleCrewed: true,
      },
      {
        deviceSerial: "X1",
        officerId: "P-2",
        from: "2026-10-25T00:30:00.000Z",
        fromAlso: "2026-10-25T01:30:00.000Z",
      },
    ]);
  });

  it("is refused with what changed when somebody was faster, loses nothing, and can be confirmed anew", async () => {
    await under.repositories.register.putDevice(taser, []);
    const preview = await previewOf(
      "devices",
      "serial,kind,model,status\nX0,camera,B,active\nX1,weapon,TASER 10,active",
    );
    await under.asPerson("admin", "PUT", "/v1/devices/X1", {
      kind: "weapon",
      model: "TASER 7",
      status: "revoked",
    });
    const late = await confirm(preview);
    expect(late.status).toBe(409);
    expect(late.text).toContain("Line 3, X1: a-1 changes status from “active” to “revoked”");
    expect(late.text).toContain("model: “TASER 7” → “TASER 10” status: “revoked” → “active”");
    expect(await under.repositories.register.readDevice("X0")).toBeUndefined();
    expect((await under.repositories.register.readDevice("X1"))?.status).toBe("revoked");
    expect((await confirm({ html: late.html, path: preview.path })).status).toBe(303);
    expect(await under.repositories.register.readDevice("X1")).toEqual({ ...taser, model: "TASER 10" });
  });

  it("stops where somebody writes in that very moment", async () => {
    const { register } = under.repositories;
    await register.putOfficer(member);
    const racing = createApiUnderTest({
      ...under.repositories,
      register: {
        ...register,
        putOfficer: async (officer, mayReplace) => {
          await register.putOfficer({ ...member, team: "Meanwhile" });
          return register.putOfficer(officer, mayReplace);
        },
      },
    });
    const other = createVisitor(racing);
    await other.signIn("admin");
    const head = "officerId,collarNumber,team,borough,taserTrained,cameraIssued";
    const late = await confirm(await previewOf("officers", `${head}\nP-1,1,B,Lambeth,yes,yes`, other), other);
    expect(late.status).toBe(409);
    expect((await register.readOfficer("P-1"))?.team).toBe("Meanwhile");
  });

  it("is finished by a repeat after it was killed in the middle, what it came to and what it did not", async () => {
    const { register } = under.repositories;
    let alive = 7;
    const dying = createApiUnderTest({
      ...under.repositories,
      register: {
        ...register,
        putDevice: async (...given) => {
          alive -= 1;
          if (alive < 0) throw new Error("killed here");
          return register.putDevice(...given);
        },
      },
    });
    const before = createVisitor(dying);
    await before.signIn("admin");
    const lines = Array.from({ length: 20 }, (_, index) => `X${index},weapon,TASER 7,active`);
    const preview = await previewOf("devices", `serial,kind,model,status\n${lines.join("\n")}`, before);
    expect((await confirm(preview, before)).status).toBe(500);
    expect((await register.listDevices({ limit: 50 })).items).toHaveLength(7);
    alive = Number.POSITIVE_INFINITY;
    expect((await confirm(preview, before)).status).toBe(303);
    expect((await register.listDevices({ limit: 50 })).items).toHaveLength(20);
    expect((await confirm(preview, before)).status).toBe(303);
    expect(await logOf(deviceLog("X0"))).toHaveLength(1);
  });

  it("looks again on a repeat at the incidents that a killed run wrote for and did not come to", async () => {
    const { incidents } = under.repositories;
    const span = { fromMs: Date.parse("2026-11-21T21:00:00Z"), toMs: Date.parse("2026-11-21T22:00:00Z") };
    await incidents.create(anIncident({ incidentId: "i-weapon", weaponSerial: "X1" }), span);
    const started: string[] = [];
    let isDead = true;
    const dying = createApiUnderTest({
      ...under.repositories,
      workflow: {
        start: async ({ incidentId }) => {
          if (isDead) throw new Error("killed here");
          started.push(incidentId);
        },
      },
    });
    const visitor = createVisitor(dying);
    await visitor.signIn("admin");
    const preview = await previewOf("devices", "serial,kind,model,status\nX1,weapon,TASER 7,active", visitor);
    expect((await confirm(preview, visitor)).status).toBe(500);
    expect(await under.repositories.register.readDevice("X1")).toEqual(taser);
    isDead = false;
    expect((await confirm(preview, visitor)).status).toBe(303);
    expect(started).toEqual(["i-weapon"]);
  });

  it("goes on in a second request when the first one's time is up", async () => {
    let now = Date.parse("2026-11-22T06:00:00Z");
    const slow = createApiUnderTest({
      ...under.repositories,
      clock: { now: () => new Date(now) },
      register: {
        ...under.repositories.register,
        putOfficer: async (...given) => {
          now += 20;
          return under.repositories.register.putOfficer(...given);
        },
      },
    });
    const visitor = createVisitor(slow);
    await visitor.signIn("admin");
    const lines = Array.from({ length: 1400 }, (_, index) => `P-${index},${index},A,B,yes,yes`);
    const head = "officerId,collarNumber,team,borough,taserTrained,cameraIssued";
    const preview = await previewOf("officers", `${head}\n${lines.join("\n")}`, visitor);
    const first = await confirm(preview, visitor);
    expect([first.status, first.text]).toEqual([200, expect.stringContaining("684 of 1400 lines")]);
    expect(hiddenFields(first.html, preview.path)["from"]).toBe("684");
    const second = await confirm({ html: first.html, path: preview.path }, visitor);
    expect([second.status, second.text]).toEqual([200, expect.stringContaining("1368 of 1400 lines")]);
    expect((await confirm({ html: second.html, path: preview.path }, visitor)).status).toBe(303);
    expect((await under.repositories.register.readOfficer("P-1399"))?.collarNumber).toBe("1399");
  }, 60_000);

  it("needs the form of this visit, and a file that was sent after it ended waits behind the sign-in", async () => {
    const page = "/register/devices/import";
    const file = "serial,kind,model,status\nX1,camera,B,active";
    for (const csrf of ["", "guessed"]) {
      expect((await admin.upload(page, { file, csrf })).status).toBe(403);
    }
    const { html } = await admin.get(page);
    under.wait(31 * 60_000);
    const csrf = hiddenFields(html, page)["csrf"] ?? "";
    const late = await admin.upload(page, { file, csrf });
    expect([late.status, late.text]).toEqual([401, expect.stringContaining("kept for an hour")]);
    const to = /href="\/sign-in\?to=([^"]*)"/.exec(late.html)?.[1] ?? "";
    expect(decodeURIComponent(to)).toMatch(/^\/register\/import\/[0-9a-f-]{36}$/);
    await admin.signIn("admin", decodeURIComponent(to));
    expect((await admin.get(decodeURIComponent(to))).text).toContain("New: 1");
  });
});
