import { beforeEach, describe, expect, it } from "vitest";
import { type ApiUnderTest, createApiUnderTest, NOW } from "#test/support/api-under-test.ts";
import { createVisitor, type Visitor } from "#test/support/console-visitor.ts";
import { spoilDevice } from "#test/support/spoiled-records.ts";
import { LISTS } from "#use-cases/casework/list-open-incidents.ts";

const MINUTE = 60_000;
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE).toISOString();

let under: ApiUnderTest;
let visitor: Visitor;

beforeEach(async () => {
  under = createApiUnderTest();
  visitor = createVisitor(under);
  await visitor.signIn("supervisor");
});

async function put(path: string, body: unknown): Promise<void> {
  const { status } = await under.asPerson("admin", "PUT", path, body);
  expect(status).toBeLessThan(300);
}

const device = (serial: string, kind: string, status = "active") =>
  put(`/v1/devices/${serial}`, { kind, model: kind === "weapon" ? "TASER 7" : "Body 3", status });

const officer = (officerId: string, fields: object = {}) =>
  put(`/v1/officers/${officerId}`, {
    collarNumber: `${officerId}MD`,
    team: "Response B",
    borough: "Southwark",
    taserTrained: true,
    cameraIssued: true,
    ...fields,
  });

async function book(deviceSerial: string, officerId: string, fields: object = {}): Promise<void> {
  const booking = { deviceSerial, officerId, from: ago(30), ...fields };
  const { status } = await under.asPerson("admin", "POST", "/v1/bookings", booking);
  expect(status).toBeLessThan(300);
}

/** After what was booked has settled. */
async function kitCheck() {
  under.wait(MINUTE);
  return visitor.get("/kit");
}

describe("the kit check", () => {
  it("shows an officer with a Taser and no camera, soon after the booking", async () => {
    await device("W-1", "weapon");
    await officer("P-1");
    await book("W-1", "P-1");
    expect((await visitor.get("/kit")).text).toContain("Everybody who has a Taser booked");
    const { text, status } = await kitCheck();
    expect(status).toBe(200);
    expect(text).toContain("Kit check (1)");
    expect(text).toMatch(/P-1MD W-1 since 22 Nov, 05:30 None booked Response B Southwark/);
  });

  it("puts officers who are alone first", async () => {
    for (const id of ["1", "2"]) {
      await device(`W-${id}`, "weapon");
      await officer(`P-${id}`);
    }
    await book("W-1", "P-1", { from: ago(60) });
    await book("W-2", "P-2", { singleCrewed: true });
    const { text } = await kitCheck();
    expect(text).toMatch(/P-2MD Single-crewed W-2 .* P-1MD W-1/);
  });

  it("says of each camera that the officer has why it does not work, and of whom none is issued", async () => {
    await device("W-1", "weapon");
    await device("C-1", "camera", "revoked");
    await officer("P-1");
    await book("W-1", "P-1");
    await book("C-1", "P-1");
    await book("C-2", "P-1");
    await device("W-2", "weapon");
    await officer("P-2", { cameraIssued: false, cameraNotIssuedReason: "covert" });
    await book("W-2", "P-2");
    const { text } = await kitCheck();
    expect(text).toContain("C-1 is revoked C-2 is not registered");
    expect(text).toContain("None booked, and none is issued to this officer");
    expect(text).not.toContain("covert");
  });

  it("shows nobody who has taken a camera since, or handed the Taser back", async () => {
    await device("C-1", "camera");
    for (const id of ["1", "2"]) {
      await device(`W-${id}`, "weapon");
      await officer(`P-${id}`);
      await book(`W-${id}`, `P-${id}`);
    }
    expect((await kitCheck()).text).toContain("Kit check (2)");
    await book("C-1", "P-1", { from: ago(1) });
    await book("W-2", "P-2", { to: ago(1) });
    expect((await kitCheck()).text).toContain("Kit check (0)");
  });

  it("says of whom the kit cannot be read, and shows the others", async () => {
    for (const id of ["1", "2"]) {
      await device(`W-${id}`, "weapon");
      await officer(`P-${id}`);
      await book(`W-${id}`, `P-${id}`);
    }
    await spoilDevice(under.records, "W-1");
    const { text, status } = await kitCheck();
    expect(status).toBe(200);
    expect(text).toContain("1 record cannot be read and is left out here: P-1");
    expect(text).toMatch(/P-2MD W-2/);
    expect(under.logged).toContainEqual({ code: "record.unreadable", fields: { reason: "OFFICER#P-1" } });
  });

  it("names an officer whom nobody registered by their id", async () => {
    await device("W-1", "weapon");
    await book("W-1", "P-9");
    expect((await kitCheck()).text).toMatch(/P-9 W-1 .* The officer is not registered/);
  });

  it("is told of on the first page once somebody was found so, but not to oversight", async () => {
    const words = "1 officer is out with a Taser and without a working camera";
    const gap = { weaponSerial: "W-1", from: ago(30), singleCrewed: true, cameras: [] };
    expect((await visitor.get("/")).text).not.toContain("working camera");
    await under.repositories.kit.askForLook("P-1", { at: ago(1) });
    const revision = (await under.repositories.kit.read("P-1"))?.revision ?? 0;
    await under.repositories.kit.replace({ officerId: "P-1", gap }, revision);
    expect((await visitor.get("/")).text).toContain(words);
    await visitor.signIn("oversight");
    expect((await visitor.get("/")).text).not.toContain("working camera");
  });

  it("is one entry in the log of looks at lists", async () => {
    await kitCheck();
    const looks = await under.repositories.custody.all(LISTS);
    expect(looks.at(-1)).toMatchObject({ who: "s-1", what: "opened the kit check" });
  });

  it.each(["oversight", "officer", "nobody"] as const)("is refused to %s", async (who) => {
    await visitor.signIn(who);
    expect((await visitor.get("/kit")).status).toBe(403);
  });
});
