import { beforeEach, describe, expect, it } from "vitest";
import { createSealed } from "#handlers/api/console/visit/sealed-cookies.ts";
import { createSessionKeys } from "#handlers/api/console/visit/session-keys.ts";
import { createVisitRecords } from "#records/visit-records.ts";
import { type ApiUnderTest, CONSOLE, createApiUnderTest, NOW } from "#test/support/api-under-test.ts";
import { createVisitor, hiddenFields, type Visitor } from "#test/support/console-visitor.ts";
import { anAlert, anIncident, INCIDENT_ID, OCCURRED_AT } from "#test/support/lifecycle-builders.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PAGE = `/incidents/${INCIDENT_ID}`;
const COOKIE = "__Host-witnessed";
const occurredMs = Date.parse(OCCURRED_AT);

let under: ApiUnderTest;
let visitor: Visitor;

beforeEach(async () => {
  under = createApiUnderTest();
  visitor = createVisitor(under);
  await under.repositories.incidents.create(anIncident({ state: "OPEN", outcome: "UNRECORDED" }), {
    fromMs: occurredMs,
    toMs: occurredMs + 60_000,
  });
});

describe("signing in", () => {
  it("leads from an alert's link to the issuer and back to the incident", async () => {
    const first = await visitor.get(PAGE);
    expect([first.status, first.location]).toEqual([302, `/sign-in?to=${encodeURIComponent(PAGE)}`]);
    const toIssuer = await visitor.get(first.location ?? "");
    expect(toIssuer.location).toContain("https://issuer.test/authorize");
    expect(toIssuer.location).toContain(encodeURIComponent(`${CONSOLE}/sign-in/done`));
    const back = await visitor.get("/sign-in/done?code=supervisor&state=state-1");
    expect([back.status, back.location]).toEqual([302, PAGE]);
    expect((await visitor.get("/")).text).toContain("Amara Okafor");
  });

  it("keeps the visit in one cookie that scripts, other sites and plain HTTP never get", async () => {
    const { headers } = await visitor.signIn("supervisor");
    const cookie = headers.getSetCookie().find((each) => each.startsWith(`${COOKIE}=`));
    expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(cookie).not.toContain("Max-Age");
    expect(cookie).not.toMatch(/supervisor|Okafor|P-2001/);
  });

  it.each([
    ["https://evil.example/", "/"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["/v1/incidents", "/"],
    [`${PAGE}?draft=1`, `${PAGE}?draft=1`],
  ])("sends nobody who asks for %s to another site", async (to, expected) => {
    expect((await visitor.signIn("supervisor", to)).location).toBe(expected);
  });

  it.each([
    ["another state", "code=supervisor&state=other"],
    ["no code", "state=state-1"],
    ["a person whom nobody knows", "code=stranger&state=state-1"],
  ])("refuses %s in plain words", async (_, query) => {
    await visitor.get("/sign-in");
    const refused = await visitor.get(`/sign-in/done?${query}`);
    expect([refused.status, refused.text]).toEqual([401, expect.stringContaining("You are not signed in")]);
    expect(visitor.cookies.has(COOKIE)).toBe(false);
    expect(under.logged.map(({ code }) => code)).toContain("security.sign-in-refused");
  });

  it("takes an attempt once, in the browser that began it, within ten minutes", async () => {
    expect((await visitor.get("/sign-in/done?code=supervisor&state=state-1")).status).toBe(401);
    await visitor.get("/sign-in");
    const kept = new Map(visitor.cookies);
    expect((await visitor.get("/sign-in/done?code=supervisor&state=state-1")).status).toBe(302);
    expect([...visitor.cookies.keys()]).toEqual([COOKIE]);
    for (const [name, value] of kept) visitor.cookies.set(name, value);
    under.wait(10 * MINUTE + 1000);
    expect((await visitor.get("/sign-in/done?code=supervisor&state=state-1")).status).toBe(401);
  });

  it("says it to people without a role, and shows them nothing", async () => {
    await visitor.signIn("nobody");
    for (const path of ["/", "/incidents", PAGE]) {
      const shown = await visitor.get(path);
      expect([path, [403, 404].includes(shown.status)]).toEqual([path, true]);
      expect(shown.text).not.toContain("Southwark");
    }
  });
});

describe("a visit", () => {
  it("ends after 30 minutes without use", async () => {
    await visitor.signIn("supervisor");
    under.wait(29 * MINUTE);
    expect((await visitor.get("/")).status).toBe(200);
    under.wait(29 * MINUTE);
    expect((await visitor.get("/")).status).toBe(200);
    under.wait(30 * MINUTE + 1000);
    expect((await visitor.get("/")).location).toBe("/sign-in?to=%2F");
  });

  it("ends after 12 hours, however busy", async () => {
    await visitor.signIn("supervisor");
    for (let hours = 0; hours < 12; hours += 0.25) {
      expect((await visitor.get("/")).status).toBe(200);
      under.wait(HOUR / 4);
    }
    under.wait(1000);
    expect((await visitor.get("/")).status).toBe(302);
  });

  it("goes on over midnight, when the key changes, but a cookie of two days ago is nobody's", async () => {
    under.wait(17.8 * HOUR);
    await visitor.signIn("supervisor");
    under.wait(20 * MINUTE);
    expect((await visitor.get("/")).status).toBe(200);
    const old = visitor.cookies.get(COOKIE) ?? "";
    under.wait(48 * HOUR);
    visitor.cookies.set(COOKIE, old);
    const answer = await visitor.post(`${PAGE}/acknowledge`, { csrf: "x" });
    expect(answer.status).toBe(401);
  });

  it("is not taken from a cookie that was changed, made up, or made for something else", async () => {
    await visitor.signIn("supervisor");
    const cookie = visitor.cookies.get(COOKIE) ?? "";
    await visitor.get("/sign-in");
    const [, attempt = ""] = [...visitor.cookies].find(([name]) => name.includes("sign-in")) ?? [];
    const keys = {
      current: async () => ({ day: "2026-11-22", secret: new Uint8Array(32) }),
      byDay: async () => undefined,
    };
    const ours = createSealed({ keys, clock: { now: () => NOW } });
    const session = {
      person: { subject: "s-1", roles: ["supervisor"] },
      visitId: "v-1",
      csrf: "c",
      begunAt: NOW.toISOString(),
    };
    const forged = [
      `${cookie.slice(0, -2)}AA`,
      cookie.replace(/^[^.]+/, btoa('{"alg":"none"}')),
      await ours.seal("session", session),
      attempt,
      "x",
    ];
    for (const each of forged) {
      visitor.cookies.set(COOKIE, each);
      expect((await visitor.get("/")).status).toBe(302);
    }
  });

  it("ends by the person's own word, which needs the form of their page", async () => {
    await visitor.signIn("supervisor");
    expect((await visitor.post("/sign-out", { csrf: "guessed" })).status).toBe(403);
    expect((await visitor.get("/")).status).toBe(200);
    const out = await visitor.submit("/", "/sign-out");
    expect(out.text).toContain("You are signed out of Witnessed");
    expect(out.html).toContain("https://issuer.test/logout");
    expect((await visitor.get("/")).status).toBe(302);
  });
});

describe("a copy of a visit's cookie", () => {
  async function copyOf(who: "supervisor" | "supervisor2", from?: Visitor): Promise<Visitor> {
    const signedIn = from ?? createVisitor(under);
    if (!from) await signedIn.signIn(who);
    const copy = createVisitor(under);
    copy.cookies.set(COOKIE, signedIn.cookies.get(COOKIE) ?? "");
    return copy;
  }

  it("is worthless at once when the person signs out, for pages and for forms", async () => {
    await visitor.signIn("supervisor");
    const copy = await copyOf("supervisor", visitor);
    const { html } = await copy.get(PAGE);
    expect((await copy.get("/")).status).toBe(200);
    await visitor.submit("/", "/sign-out");
    expect((await copy.get("/")).location).toBe("/sign-in?to=%2F");
    const csrf = hiddenFields(html, "/visit")["csrf"] ?? "";
    const sent = await copy.post(`${PAGE}/acknowledge`, { csrf, seen: "0~" });
    expect(sent.status).toBe(401);
    expect((await under.repositories.incidents.read(INCIDENT_ID))?.record.acknowledgements).toEqual([]);
  });

  it("outlives the end of another visit of the same person, but not signing out everywhere", async () => {
    await visitor.signIn("supervisor");
    const other = await copyOf("supervisor");
    const somebodyElse = await copyOf("supervisor2");
    const third = createVisitor(under);
    await third.signIn("supervisor");
    await third.submit("/", "/sign-out");
    expect((await other.get("/")).status).toBe(200);
    const { html } = await visitor.get("/");
    expect(html).toContain('<input type="hidden" name="everywhere" value="yes">');
    const out = await visitor.submit("/", "/sign-out", { everywhere: "yes" });
    expect(out.text).toContain("You are signed out of Witnessed everywhere");
    for (const ended of [visitor, other]) expect((await ended.get("/")).status).toBe(302);
    expect((await somebodyElse.get("/")).status).toBe(200);
    await visitor.signIn("supervisor");
    expect((await visitor.get("/")).status).toBe(200);
  });

  it("keeps what its holder typed when they were signed out elsewhere", async () => {
    await visitor.signIn("supervisor");
    await visitor.submit(PAGE, "/visit", { reason: "Audit" });
    const copy = await copyOf("supervisor", visitor);
    const fields = hiddenFields((await copy.get(PAGE)).html, `${PAGE}/ask`);
    await visitor.submit("/", "/sign-out", { everywhere: "yes" });
    const ended = await copy.post(`${PAGE}/ask`, { ...fields, code: "FORGOT", text: "Was it charged?" });
    expect([ended.status, ended.text]).toEqual([401, expect.stringContaining("kept for an hour")]);
  });

  it("costs each page one read, also a page that fails", async () => {
    const visits = createVisitRecords(createMemoryRecords());
    const reads: string[] = [];
    const isUnderWay: typeof visits.isUnderWay = (subject, visitId) => {
      reads.push(visitId);
      return visits.isUnderWay(subject, visitId);
    };
    under = createApiUnderTest({ visits: { ...visits, isUnderWay } });
    visitor = createVisitor(under);
    await visitor.signIn("supervisor");
    for (const path of ["/", "/incidents", "/search", "/incidents/none", "/incidents?cursor=!"]) {
      reads.length = 0;
      await visitor.get(path);
      expect([path, reads.length]).toEqual([path, 1]);
    }
  });
});

describe("a form that was sent after the visit had ended", () => {
  const typed = { code: "FORGOT", text: "Was the camera charged? – Über 3 h" };

  async function sendTooLate() {
    await visitor.signIn("supervisor");
    await under.repositories.alerts.record(
      anAlert({ type: "UNRECORDED_DISCHARGE", version: 1, level: 1 }, { sentAt: NOW }),
    );
    const { html } = await visitor.get(PAGE);
    under.wait(31 * MINUTE);
    return visitor.post(`${PAGE}/ask`, { ...hiddenFields(html, `${PAGE}/ask`), ...typed });
  }

  it("records nothing, and keeps what was typed until its author is back", async () => {
    const ended = await sendTooLate();
    expect([ended.status, ended.text]).toEqual([401, expect.stringContaining("nothing was recorded yet")]);
    const to =
      new URLSearchParams(/\/sign-in\?([^"]+)"/.exec(ended.html)?.[1]?.replaceAll("&amp;", "&")).get("to") ??
      "";
    const back = await visitor.signIn("supervisor", to);
    const page = await visitor.get(back.location ?? "");
    expect(page.html).toContain(`>\n${typed.text}</textarea>`);
    expect(page.html).toContain('<option value="FORGOT" selected>');
    expect(page.text).toContain("It has not been sent");
    expect((await under.repositories.incidents.read(INCIDENT_ID))?.record.explanationRequests).toEqual([]);

    const sent = await visitor.post(`${PAGE}/ask`, { ...hiddenFields(page.html, `${PAGE}/ask`), ...typed });
    expect([sent.status, sent.location]).toEqual([303, `${PAGE}?done=ask`]);
    const stored = await under.repositories.incidents.read(INCIDENT_ID);
    expect(stored?.record.explanationRequests).toMatchObject([typed]);
    expect((await visitor.get(to)).html).not.toContain("Was the camera charged? – Über 3 h</textarea>");
  });

  it("is shown to nobody else who signs in at the same desk", async () => {
    const ended = await sendTooLate();
    const draft = /draft%3D([0-9a-f-]+)/.exec(ended.html)?.[1];
    expect(draft).toBeDefined();
    await visitor.signIn("supervisor2");
    expect((await visitor.get(`${PAGE}?draft=${draft}`)).html).not.toContain("Was the camera charged?");
  });

  it("is only shown, never kept, where nobody can tell whose it was", async () => {
    const stranger = createVisitor(under);
    const shown = await stranger.post(`${PAGE}/ask`, { ...typed, csrf: "x" });
    expect([shown.status, shown.html]).toEqual([401, expect.stringContaining(typed.text)]);
    expect(shown.html).not.toContain("draft");
  });
});

describe("the keys of the cookies", () => {
  it("are made once a day by whoever needs one first, and are the same for all", async () => {
    const clock = { now: () => NOW };
    const [one, other] = [
      createSessionKeys({ evidence: under.evidence, clock }),
      createSessionKeys({ evidence: under.evidence, clock }),
    ];
    const [first, second] = await Promise.all([one.current(), other.current()]);
    expect(first.day).toBe("2026-11-22");
    expect(first.secret).toHaveLength(32);
    expect([...second.secret]).toEqual([...first.secret]);
    expect(await one.byDay("2026-11-21")).toBeUndefined();
    expect(await one.byDay("../footage/x")).toBeUndefined();
  });
});
