import { describe, expect, it } from "vitest";
import type { IncidentRecord } from "#contracts/incident.ts";
import { createApiUnderTest, NOW, people } from "#test/support/api-under-test.ts";
import { aClip, aRow, WEAPON } from "#test/support/build-inputs.ts";
import { INCIDENT_PAGE, someInputs, storeIncident } from "#test/support/console-incident.ts";
import { createVisitor } from "#test/support/console-visitor.ts";

const long = "x".repeat(10_000);
const hostile = [
  ["markup", '"><script>alert(1)</script><img src=x onerror=alert(2)>'],
  ["an attribute's end", `' " autofocus onfocus=alert(1) x="`],
  ["SQL", "'; DROP TABLE items; --"],
  ["a formula", '=HYPERLINK("https://evil.example","+1-1@")'],
  ["text that turns its direction", "\u202e\u2067gpj.exe\u2069 \u05e9\u05dc\u05d5\u05dd"],
  ["a textarea's end", "</textarea></form><form action=https://evil.example>"],
  ["an entity", "&lt;script&gt; &amp;amp; &#60;"],
  ["ten thousand characters", long],
] as const;

/** Every page that shows the incident, whatever is planted in it. */
const DAY = "from=2026-11-21";
const SHOWING = ["/", "/incidents", INCIDENT_PAGE, `/search?${DAY}`, `/figures?${DAY}`, "/closures"];

/** Every field that a device, a gateway or an officer can fill holds it, as far as its form allows. */
function planted(text: string) {
  const at = NOW.toISOString();
  const record: Partial<IncidentRecord> = {
    borough: text,
    incidentRefs: [text],
    explanationRequests: [{ code: "OTHER", text, by: text, at }],
    explanation: { code: "OTHER", text, by: text, at },
    acknowledgements: [{ by: text, at }],
    decision: { accept: true, reason: text, proposedBy: text, proposedAt: at },
    confirmations: [{ footageId: "f-1", shows: true, reason: text, by: text, at }],
    holds: [{ action: "place", reason: text, by: text, at }],
    weaponSerial: text,
    closures: [{ at, what: "closed", because: "RECORDED", version: 1 }],
  };
  const inputs = someInputs({
    footage: [
      aClip({ from: -5, camera: { serial: "CAM-1", model: text.slice(0, 100) } }),
      aClip({ camera: { serial: "CCTV-1", kind: "fixed" }, declaration: { incidentRef: text.slice(0, 64) } }),
    ],
    incident: { rows: [aRow({}, { weaponSerial: WEAPON, logId: text })] },
  });
  const officer = { collarNumber: text.slice(0, 20), team: text.slice(0, 100), borough: text.slice(0, 100) };
  const report = {
    reportId: "UOF-1",
    borough: text.slice(0, 100),
    subjectConduct: text.slice(0, 2000),
    absenceReason: { code: "OTHER", text: text.trim().slice(0, 2000) },
  } as const;
  return { record, inputs, officer, report };
}

describe.each(hostile)("%s", (_, text) => {
  it("appears as the words that it is, on every page that shows it", async () => {
    const under = createApiUnderTest();
    const { officer, ...given } = planted(text);
    await storeIncident(under, given);
    const registered = await under.repositories.register.readOfficer("officer-1");
    if (registered) await under.repositories.register.putOfficer({ ...registered, ...officer });
    const visitor = createVisitor(under);
    await visitor.signIn("supervisor");
    const plain = await cleanPages();
    for (const path of [...SHOWING, `/?borough=${encodeURIComponent(text.slice(0, 100))}`]) {
      const { html, status } = await visitor.get(path);
      expect([path, status]).toEqual([path, 200]);
      expect([path, skeletonOf(html)]).toEqual([path, skeletonOf(plain.get(path) ?? html)]);
      expect(html).not.toMatch(/<script|<img|onerror=alert\(2\)>|<form action=https/i);
    }
  });

  it("appears as the words that it is in the register, in the preview of a file and in a form that came back", async () => {
    const [shown, plain] = await Promise.all([registerPages(text), registerPages("plain".repeat(30))]);
    for (const [path, html] of shown) {
      expect([path, skeletonOf(html)]).toEqual([path, skeletonOf(plain.get(path) ?? "")]);
      expect(html).not.toMatch(/<script|<img|onerror=alert\(2\)>|<form action=https/i);
    }
    const model = /id="model"[^>]*value="([^"]*)"/.exec(shown.get("form") ?? "")?.[1];
    expect(unescaped(model ?? "")).toBe(text.length > 100 ? text : `${text}${"x".repeat(101)}`);
  });

  it("comes back into its own field when an officer types it", async () => {
    const under = createApiUnderTest();
    await storeIncident(under, { record: { officerIds: [people.officer.officerId] } });
    const visitor = createVisitor(under);
    await visitor.signIn("officer");
    const back = await visitor.submit(INCIDENT_PAGE, `${INCIDENT_PAGE}/explain`, { code: text, text });
    expect(back.status).toBe(400);
    const field = /<textarea[^>]*>\n([\s\S]*?)<\/textarea>/.exec(back.html)?.[1] ?? "";
    expect(unescaped(field)).toBe(text);
    expect(back.html).not.toMatch(/<script|<img|<form action=https/i);
  });

  it("leads nobody anywhere from the address", async () => {
    const under = createApiUnderTest();
    const visitor = createVisitor(under);
    await visitor.signIn("supervisor");
    const query = encodeURIComponent(text.slice(0, 1000));
    for (const path of [
      `/incidents/${query}`,
      `/?outcome=${query}`,
      `${INCIDENT_PAGE}?draft=${query}`,
      `/sign-in?to=${query}`,
      `/search?reference=${query}&officer=${query}&serial=${query}&incident=${query}&from=${query}&to=${query}`,
      `/figures?from=${query}&to=${query}&borough=${query}`,
      `/figures?from=2026-11-21&borough=${query}`,
    ]) {
      const { html, status, location } = await visitor.get(path);
      expect([200, 302, 400, 404]).toContain(status);
      expect(html).not.toMatch(/<script|<img|<form action=https/i);
      if (location) expect(location).toMatch(/^https:\/\/issuer\.test\//);
    }
  });
});

/** What an administrator sees of a register that holds the text wherever it can. */
async function registerPages(text: string): Promise<ReadonlyMap<string, string>> {
  const under = createApiUnderTest();
  const [short, middle] = [text.slice(0, 20), text.slice(0, 100)];
  const { register } = under.repositories;
  await register.putDevice({ serial: "X1", kind: "camera", model: middle, status: "active" }, []);
  await register.putOfficer({
    officerId: "P-1",
    collarNumber: short,
    team: middle,
    borough: middle,
    taserTrained: true,
    cameraIssued: false,
    cameraNotIssuedReason: text.slice(0, 500),
  });
  await register.putBooking({ deviceSerial: "X1", officerId: "P-1", from: "2026-11-21T18:00:00.000Z" });
  const admin = createVisitor(under);
  await admin.signIn("admin");
  const pages = new Map<string, string>();
  const visit = async (path: string) => pages.set(path, (await admin.get(path)).html);
  for (const list of ["devices", "officers", "bookings"]) await visit(`/register/${list}`);
  await visit("/register/officer/P-1");
  const model = text.length > 100 ? text : `${text}${"x".repeat(101)}`;
  const typed = { serial: "X1", kind: "camera", model, status: "active" };
  pages.set("form", (await admin.submit("/register/device/X1", "/register/device", typed)).html);
  await admin.submit("/register/device/X1", "/register/device", {
    ...typed,
    model: `a${text}`.slice(0, 100),
  });
  await visit("/register/device/X1");
  const cells = (...all: readonly string[]) => all.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
  const sent = await admin.upload("/register/officers/import", {
    file: `officerId,collarNumber,team,borough,taserTrained,cameraIssued\n${[
      cells("P-2", short, middle, middle, "yes", "no"),
      cells("P-3", `${"x".repeat(30)}${text}`, middle, middle, `no${text}`, "no"),
    ].join("\n")}`,
  });
  pages.set("preview", (await admin.get(sent.location ?? "")).html);
  const columns = await admin.upload("/register/officers/import", { file: cells(text, "officerId") });
  pages.set("columns", columns.html);
  return pages;
}

/** The same pages with harmless words in all the same places. */
async function cleanPages(): Promise<ReadonlyMap<string, string>> {
  const under = createApiUnderTest();
  const { officer, ...given } = planted("plain");
  await storeIncident(under, given);
  const registered = await under.repositories.register.readOfficer("officer-1");
  if (registered) await under.repositories.register.putOfficer({ ...registered, ...officer });
  const visitor = createVisitor(under);
  await visitor.signIn("supervisor");
  const pages = new Map<string, string>();
  for (const path of SHOWING) pages.set(path, (await visitor.get(path)).html);
  return pages;
}

/** The elements and the names of their attributes: no text from outside may add one. */
function skeletonOf(html: string): readonly string[] {
  return [...html.matchAll(/<(\/?\w+)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>/g)].map(
    ([, name, attributes = ""]) => `${name}${attributes.replaceAll(/="[^"]*"/g, "")}`,
  );
}

function unescaped(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
