import { beforeEach, describe, expect, it } from "vitest";
import type { Device, Officer } from "#contracts/register.ts";
import {
  type ApiUnderTest,
  aDevice,
  createApiUnderTest,
  NOW,
  type PersonName,
} from "#test/support/api-under-test.ts";
import { createVisitor, hiddenFields, type Visitor } from "#test/support/console-visitor.ts";
import { spoilDevice } from "#test/support/spoiled-records.ts";
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
  supervisor: "P-9",
  taserTrained: true,
  cameraIssued: true,
};
const typedDevice = { serial: "X1", kind: "weapon", model: "TASER 7", status: "active" };
const typedOfficer = {
  officerId: "P-1",
  collarNumber: "4471SW",
  team: "Response A",
  borough: "Lambeth",
  taserTrained: "yes",
  cameraIssued: "yes",
};

const lookedAt = async () =>
  (await under.repositories.custody.all(LISTS)).map(({ who, what }) => `${who} ${what}`);
/** The fields that a page's last form to this address has. */
const formOn = (html: string, action: string) =>
  hiddenFields(html.slice(html.lastIndexOf(`action="${action}"`)), action);

describe("the lists of the register", () => {
  it("tell what a kit manager needs, and each look is on record", async () => {
    const { register } = under.repositories;
    const { jwk } = aDevice("X2");
    await register.putDevice(taser, []);
    await register.putDevice(
      { ...taser, serial: "X2", kind: "camera", status: "revoked", publicKeys: [jwk] },
      [],
    );
    await register.putOfficer(member);
    await register.putOfficer({
      ...member,
      officerId: "P-2",
      collarNumber: "7",
      taserTrained: false,
      cameraIssued: false,
      cameraNotIssuedReason: "Waits for stock",
    });
    const at = (hour: number) => `2026-11-22T0${hour}:00:00.000Z`;
    await register.putBooking({ deviceSerial: "X1", officerId: "P-1", from: at(1), singleCrewed: true });
    await register.putBooking({ deviceSerial: "X2", officerId: "P-1", from: at(1), to: at(3) });
    await register.putBooking({ deviceSerial: "X2", officerId: "P-2", from: at(2), to: at(4) });

    const devices = (await admin.get("/register/devices")).text;
    expect(devices).toMatch(/X1 Weapon TASER 7 Active No key 4471SW since 22 Nov 2026, 01:00, single-crewed/);
    expect(devices).toMatch(
      /X2 Camera TASER 7 Revoked: its data is not taken Signs with a key of its own Nobody/,
    );
    const officers = (await admin.get("/register/officers")).text;
    expect(officers).toMatch(/4471SW P-1 Response A Lambeth P-9 Taser trained Camera issued/);
    expect(officers).toMatch(/7 P-2 .* Not Taser trained No camera issued : Waits for stock/);
    const bookings = (await admin.get("/register/bookings")).text;
    expect(bookings).toMatch(/X2 7 22 Nov 2026, 02:00 22 Nov 2026, 04:00 Overlaps with P-1/);
    expect(bookings).toMatch(/X1 4471SW Single-crewed 22 Nov 2026, 01:00 Open/);
    expect(await lookedAt()).toEqual([
      "a-1 opened the list of devices",
      "a-1 opened the list of officers",
      "a-1 opened the list of bookings",
    ]);
  });

  it("say where an open booking ends, and when several carry one device", async () => {
    const { register } = under.repositories;
    await register.putDevice(taser, []);
    const at = (hour: number) => `2026-11-22T0${hour}:00:00.000Z`;
    await register.putBooking({ deviceSerial: "X1", officerId: "P-1", from: at(1) });
    await register.putBooking({ deviceSerial: "X1", officerId: "P-2", from: at(3) });
    expect((await admin.get("/register/bookings")).text).toContain("01:00 22 Nov 2026, 03:00, with the next");
    await register.putBooking({ deviceSerial: "X1", officerId: "P-3", from: at(2), to: at(8) });
    const { text } = await admin.get("/register/device/X1");
    expect(text).toMatch(
      /Carried by Several at once P-3 since 22 Nov 2026, 02:00 P-2 since 22 Nov 2026, 03:00/,
    );
    expect((await admin.get("/register/officer/P-2")).text).toContain("No officer P-2 is registered");
  });

  it("go on page by page", async () => {
    for (let index = 0; index < 51; index += 1) {
      await under.repositories.register.putDevice(
        { ...taser, serial: `X${String(index).padStart(2, "0")}` },
        [],
      );
    }
    const first = await admin.get("/register/devices");
    const more = /href="(\/register\/devices\?cursor=[^"]+)"/.exec(first.html)?.[1] ?? "";
    const second = await admin.get(more);
    expect([first.text.includes("X50"), second.text.includes("X50"), second.text.includes("X49")]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("leave out what has lost its shape and say so, on the page, over the API, in the log and before an export", async () => {
    const { register } = under.repositories;
    for (const serial of ["X1", "X2", "X3"]) await register.putDevice({ ...taser, serial }, []);
    await spoilDevice(under.records, "X1");
    const { text } = await admin.get("/register/devices");
    expect([text.includes("is left out here: X1."), text.includes("X2 Weapon")]).toEqual([true, true]);
    const { body } = await under.asPerson("admin", "GET", "/v1/devices?limit=2");
    expect([body.unreadable, body.devices.length]).toEqual([["X1"], 1]);
    const next = await under.asPerson("admin", "GET", `/v1/devices?cursor=${body.cursor}`);
    expect([next.body.devices[0].serial, "unreadable" in next.body]).toEqual(["X3", false]);
    expect(under.logged).toContainEqual({ code: "record.unreadable", fields: { reason: "DEVICE#X1" } });
    const told = await admin.get("/register/devices/export");
    expect(told.text).toContain("is left out here: X1.");
    const { html: csv } = await admin.get("/register/devices/export?part=one");
    expect(csv).toMatch(/"X2".*"X3"/s);
    const from = "2026-11-22T01:00:00.000Z";
    await register.putBooking({ deviceSerial: "X1", officerId: "P-1", from });
    const key = { pk: "DEVICE#X1", sk: `BOOKING#${from}#P-1` };
    const byTime = { list: "BOOKINGS", order: `${from}#X1#P-1` };
    await under.records.put({ ...key, data: {}, byTime }, "any");
    await register.putBooking({ deviceSerial: "X2", officerId: "P-1", from });
    const listed = await under.asPerson("admin", "GET", "/v1/bookings");
    expect([listed.body.unreadable, listed.body.bookings.length]).toEqual([[`X1 from ${from}`], 1]);
    expect((await admin.get("/register/bookings")).text).toContain(`left out here: X1 from ${from}.`);
  });

  it("say when there is nothing", async () => {
    expect((await admin.get("/register/officers")).text).toContain("No officers are registered yet");
  });
});

describe("an export", () => {
  it("is a file for spreadsheets that is on record, and comes back unchanged", async () => {
    const { register } = under.repositories;
    const { jwk } = aDevice("X1");
    await register.putDevice({ ...taser, model: "=1+1", publicKeys: [{ ...jwk, kid: "a" }] }, [
      thumbprintOf(jwk),
    ]);
    await register.putOfficer({ ...member, team: "@team;\n=2", borough: "'-x" });
    await register.putBooking({ deviceSerial: "X1", officerId: "P-1", from: "2026-11-22T01:00:00.000Z" });
    await register.putBooking({
      deviceSerial: "X1",
      officerId: "P-1",
      from: "2026-10-25T00:30:00.000Z",
      fromAlso: "2026-10-25T01:30:00.000Z",
      to: "2026-10-25T06:00:00.000Z",
    });
    for (const list of ["devices", "officers", "bookings"]) {
      const { html: csv, headers } = await admin.get(`/register/${list}/export`);
      expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
      expect(headers.get("content-disposition")).toBe(`attachment; filename="${list}-2026-11-22.csv"`);
      expect(csv).not.toMatch(/["\n][=@-]/);
      const { location } = await admin.upload(`/register/${list}/import`, { file: csv });
      expect((await admin.get(location ?? "")).text).toContain(
        `0 lines to be mended Conflict: 0 Changed: 0 New: 0 Unchanged: ${list === "bookings" ? 2 : 1}`,
      );
    }
    expect(await lookedAt()).toContain("a-1 exported the list of bookings: 2 lines");
  });

  it("is no larger than what can be imported again", async () => {
    const { register } = under.repositories;
    const wide = { ...member, team: "\u20ac".repeat(100), cameraNotIssuedReason: "\u20ac".repeat(500) };
    const list = Array.from({ length: 2200 }, (_, index) => ({ ...wide, officerId: `P-${10000 + index}` }));
    await Promise.all(list.map((officer) => register.putOfficer(officer)));
    const page = await admin.get("/register/officers/export");
    expect(page.text).toContain("The first 1250 lines");
    const { html: csv } = await admin.get("/register/officers/export?part=one");
    expect(Buffer.byteLength(csv)).toBeLessThan(3_500_000);
    expect((await admin.upload("/register/officers/import", { file: csv })).status).toBe(303);
  }, 30_000);

  it("of a list that is longer than a file goes part by part, and none is left out in silence", async () => {
    const list = Array.from({ length: 5001 }, (_, index) => ({ ...taser, serial: `X${10000 + index}` }));
    const { register } = under.repositories;
    await Promise.all(list.map((device) => register.putDevice(device, [])));
    const page = await admin.get("/register/devices/export");
    expect(page.text).toContain("The first 5000 lines");
    const [one = "", rest = ""] = [...page.html.matchAll(/href="(\/register\/devices\/export\?[^"]+)"/g)].map(
      ([, href]) => href ?? "",
    );
    const parts = [await admin.get(one), await admin.get(rest)].map(
      ({ html }) => html.split("\r\n").length - 2,
    );
    expect(parts).toEqual([5000, 1]);
  }, 30_000);
});

describe("the page of a device", () => {
  it("registers, replaces and revokes, through the API's use case, and says who did", async () => {
    const done = await admin.submit("/register/devices/new", "/register/device", typedDevice);
    expect([done.status, done.location]).toEqual([303, "/register/device/X1?done=created"]);
    await admin.submit("/register/device/X1", "/register/device", { ...typedDevice, model: "TASER 10" });
    expect(await under.repositories.register.readDevice("X1")).toEqual({ ...taser, model: "TASER 10" });
    const revoked = await admin.submit("/register/device/X1", "/register/device");
    expect(revoked.location).toBe("/register/device/X1?done=revoked");
    const { text } = await admin.get(revoked.location ?? "");
    expect(text).toContain("Within 60 seconds nothing that it signs is taken any more");
    expect(text).toMatch(/a-1 changes status from “active” to “revoked”.*a-1 registers it with/);
  });

  it("shows the latest changes, and all of them when asked", async () => {
    await under.repositories.register.putDevice(taser, []);
    for (let index = 0; index < 51; index += 1) {
      const what = `books it as number ${index}`;
      await under.repositories.custody.append(deviceLog("X1"), {
        at: NOW.toISOString(),
        who: "DOCK-1",
        what,
      });
    }
    const { html, text } = await admin.get("/register/device/X1");
    expect([text.includes("as number 50"), text.includes("as number 0 ")]).toEqual([true, false]);
    const all = /href="([^"]*changes=all)#changes"/.exec(html)?.[1] ?? "";
    expect((await admin.get(all)).text).toMatch(/as number 50 .*as number 0 /);
    expect((await admin.get(all)).text).not.toContain("Show all changes");
  });

  it("acts on what a revoked device signs next", async () => {
    const dock = aDevice("DOCK-1");
    await under.register(dock);
    expect((await under.asDevice(dock, "GET", "/v1/bookings")).status).toBe(200);
    await admin.submit("/register/device/DOCK-1", "/register/device");
    expect((await under.asDevice(dock, "GET", "/v1/bookings")).status).toBe(401);
  });

  it("keeps what was said of a key that stays, and takes away one whose field is emptied", async () => {
    const { jwk } = aDevice("X1");
    const key = { ...jwk, kid: "2026" };
    await under.repositories.register.putDevice({ ...taser, publicKeys: [key] }, [thumbprintOf(key)]);
    await admin.submit("/register/device/X1", "/register/device", {
      ...typedDevice,
      publicKey1: jwk.x,
      model: "B",
    });
    expect((await under.repositories.register.readDevice("X1"))?.publicKeys).toEqual([key]);
    await admin.submit("/register/device/X1", "/register/device", { ...typedDevice, publicKey1: "" });
    expect((await under.repositories.register.readDevice("X1"))?.publicKeys ?? []).toEqual([]);
  });

  it.each([
    [{ serial: "X 1" }, "serial", "Serial: write letters, digits, dots"],
    [{ serial: "" }, "serial", "Serial: fill this in"],
    [{ kind: "" }, "kind", "What it is: choose weapon, camera or gateway"],
    [{ model: "x".repeat(101) }, "model", "Model: write at most 100 characters"],
    [{ publicKey1: "abc" }, "publicKey1", "expected 32 bytes in base64url"],
    [{ publicKey1: "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }, "publicKey1", "a known weak one"],
  ])("says beside the field what must be changed: %j", async (typed, field, words) => {
    const back = await admin.submit("/register/devices/new", "/register/device", {
      ...typedDevice,
      ...typed,
    });
    expect(back.status).toBe(400);
    expect(back.html).toMatch(new RegExp(`<p id="${field}-error"[^>]*>.*?${words}`));
    expect(back.html).toContain(`<a href="#${field}">`);
    expect(await under.repositories.register.readDevice("X1")).toBeUndefined();
  });

  it("says whose a key is", async () => {
    const other = aDevice("X2");
    await under.register(other, "camera");
    const back = await admin.submit("/register/devices/new", "/register/device", {
      ...typedDevice,
      publicKey1: other.jwk.x,
    });
    expect([back.status, back.text]).toEqual([409, expect.stringContaining("belongs to X2")]);
    expect(back.html).toContain(`value="${other.jwk.x}"`);
  });

  it("puts nothing over what somebody else changed: it says what, keeps what was typed, and takes it when sent again", async () => {
    await under.repositories.register.putDevice(taser, []);
    const { html } = await admin.get("/register/device/X1");
    const form = formOn(html, "/register/device");
    await under.asPerson("admin", "PUT", "/v1/devices/X1", {
      kind: "weapon",
      model: "TASER 7",
      status: "revoked",
    });
    const late = await admin.post("/register/device", { ...form, ...typedDevice, model: "TASER 10" });
    expect(late.status).toBe(409);
    expect(late.text).toContain(
      "a-1 changes status from “active” to “revoked”, Sun 22 Nov 2026, 06:00:00 GMT.",
    );
    expect(late.html).toContain('value="TASER 10"');
    expect((await under.repositories.register.readDevice("X1"))?.status).toBe("revoked");
    const again = await admin.post("/register/device", {
      ...formOn(late.html, "/register/device"),
      ...typedDevice,
      model: "TASER 10",
    });
    expect(again.status).toBe(303);
    expect(await under.repositories.register.readDevice("X1")).toEqual({ ...taser, model: "TASER 10" });
  });

  it("does not register over a device that is known, as if it were new", async () => {
    const { html } = await admin.get("/register/devices/new");
    await under.repositories.register.putDevice({ ...taser, status: "revoked" }, []);
    const late = await admin.post("/register/device", {
      ...formOn(html, "/register/device"),
      ...typedDevice,
    });
    expect([late.status, late.text]).toEqual([
      409,
      expect.stringContaining("Nothing was written: it is registered already."),
    ]);
    expect(late.text).not.toContain("somebody has changed it");
    expect((await under.repositories.register.readDevice("X1"))?.status).toBe("revoked");
  });

  it("keeps what was typed when the visit ended meanwhile", async () => {
    const { html } = await admin.get("/register/devices/new");
    under.wait(31 * 60_000);
    const form = formOn(html, "/register/device");
    const late = await admin.post("/register/device", { ...form, ...typedDevice, model: "Kept" });
    expect(late.status).toBe(401);
    const to = decodeURIComponent(/href="\/sign-in\?to=([^"]*)"/.exec(late.html)?.[1] ?? "");
    await admin.signIn("admin", to);
    const back = await admin.get(to);
    expect(back.text).toContain("What you typed was kept");
    expect(back.html).toContain('value="Kept"');
    const kept = { ...formOn(back.html, "/register/device"), ...typedDevice, model: "Kept" };
    expect((await admin.post("/register/device", kept)).status).toBe(303);
    expect((await admin.get(to)).text).not.toContain("What you typed was kept");
  });
});

describe("the page of an officer", () => {
  it("registers and replaces; what is emptied is taken away", async () => {
    const done = await admin.submit("/register/officers/new", "/register/officer", {
      ...typedOfficer,
      supervisor: "P-9",
      cameraNotIssuedReason: "stock",
    });
    expect(done.location).toBe("/register/officer/P-1?done=created");
    await admin.submit("/register/officer/P-1", "/register/officer", { ...typedOfficer, cameraIssued: "no" });
    const { supervisor: _, ...without } = member;
    expect(await under.repositories.register.readOfficer("P-1")).toEqual({ ...without, cameraIssued: false });
    const same = await admin.submit("/register/officer/P-1", "/register/officer", {
      ...typedOfficer,
      cameraIssued: "no",
    });
    expect((await admin.get(same.location ?? "")).text).toContain("nothing was changed");
  });

  it("says what must be changed, and what somebody else changed", async () => {
    const back = await admin.submit("/register/officers/new", "/register/officer", {
      ...typedOfficer,
      taserTrained: "",
    });
    expect([back.status, back.html]).toEqual([
      400,
      expect.stringMatching(/taserTrained-error.*expected yes or no/),
    ]);
    await under.repositories.register.putOfficer(member);
    const { html } = await admin.get("/register/officer/P-1");
    await under.asPerson("admin", "PUT", "/v1/officers/P-1", {
      ...member,
      officerId: undefined,
      team: "Moved",
    });
    const late = await admin.post("/register/officer", {
      ...formOn(html, "/register/officer"),
      ...typedOfficer,
    });
    expect([late.status, late.text]).toEqual([
      409,
      expect.stringContaining("a-1 changes team from “Response A” to “Moved”"),
    ]);
    expect((await under.repositories.register.readOfficer("P-1"))?.team).toBe("Moved");
  });
});

describe("the page of a booking", () => {
  const typed = { deviceSerial: "X1", officerId: "P-1", from: "2026-07-01T18:00" };
  const page = "/register/booking?device=X1&officer=P-1&from=2026-07-01T17%3A00%3A00.000Z";

  it("books in the force's own time, and closes what is open, once", async () => {
    const made = await admin.submit("/register/bookings/new", "/register/booking", typed);
    expect([made.status, made.location]).toEqual([303, `${page}&done=created`]);
    const { html } = await admin.get(page);
    const closing = formOn(html, "/register/booking");
    const closed = await admin.post("/register/booking", { ...closing, to: "2026-07-02T02:00" });
    expect(closed.location).toBe(`${page}&done=changed`);
    const after = await admin.get(closed.location ?? "");
    expect(after.text).toMatch(/a-1 completes the booking of X1 for P-1.*a-1 books X1 for P-1/);
    expect(after.html).not.toContain('name="to"');
    const late = await admin.post("/register/booking", { ...closing, to: "2026-07-02T04:00" });
    expect(late.status).toBe(409);
    expect(late.text).toContain("It is booked until 2026-07-02T01:00:00.000Z, which stands");
    expect(late.text).toContain("You said: until 2026-07-02T04:00");
    expect((await under.repositories.register.bookingsOfDevice("X1"))[0]?.to).toBe(
      "2026-07-02T01:00:00.000Z",
    );
  });

  it("says what must be changed beside the field", async () => {
    for (const [more, field] of [
      [{ to: "2026-07-01T17:00" }, "to"],
      [{ from: "2026-03-29T01:30" }, "from"],
      [{ deviceSerial: "" }, "deviceSerial"],
    ] as const) {
      const back = await admin.submit("/register/bookings/new", "/register/booking", { ...typed, ...more });
      expect([back.status, back.html.includes(`id="${field}-error"`)]).toEqual([400, true]);
    }
    expect(await under.repositories.register.bookingsOfDevice("X1")).toEqual([]);
  });

  it("exists for what is booked alone", async () => {
    for (const path of [
      page,
      "/register/booking",
      "/register/booking?device=..&officer=x&from=y",
      "/register/none",
    ]) {
      expect([path, (await admin.get(path)).status]).toEqual([path, 404]);
    }
  });
});

describe("what is done in the register", () => {
  const forms = [
    ["/register/device", typedDevice],
    ["/register/officer", typedOfficer],
    ["/register/booking", { deviceSerial: "X1", officerId: "P-1", from: "2026-07-01T18:00" }],
    ["/register/import/some-import", { seen: "x", from: "0" }],
  ] as const;
  const isEmpty = async () => {
    const { register } = under.repositories;
    const [devices, officers, bookings] = await Promise.all([
      register.listDevices({ limit: 1 }),
      register.listOfficers({ limit: 1 }),
      register.listBookings({ limit: 1 }),
    ]);
    return devices.items.length + officers.items.length + bookings.items.length === 0;
  };

  it.each(["supervisor", "oversight", "officer", "nobody"] satisfies PersonName[])(
    "is nothing for %s",
    async (who) => {
      const visitor = createVisitor(under);
      const { html } = await visitor.signIn(who);
      const home = html === "" ? (await visitor.get("/")).html : html;
      const csrf = hiddenFields(home, "/sign-out")["csrf"] ?? "";
      for (const [path, fields] of forms)
        expect((await visitor.post(path, { ...fields, csrf })).status).toBe(403);
      const file = "serial,kind,model,status\nX1,camera,B,active";
      expect((await visitor.upload("/register/devices/import", { file, csrf })).status).toBe(403);
      expect(await isEmpty()).toBe(true);
    },
  );

  it("needs the form of this very visit", async () => {
    for (const csrf of ["", "guessed"]) {
      for (const [path, fields] of forms)
        expect((await admin.post(path, { ...fields, csrf })).status).toBe(403);
    }
    const stranger = createVisitor(under);
    for (const [path, fields] of forms) expect((await stranger.post(path, fields)).status).toBe(401);
    const file = "serial,kind,model,status\nX1,camera,B,active";
    const sent = await stranger.upload("/register/devices/import", { file, csrf: "x" });
    expect([sent.status, sent.text]).toEqual([401, expect.stringContaining("Sign in again")]);
    expect(await isEmpty()).toBe(true);
  });
});
