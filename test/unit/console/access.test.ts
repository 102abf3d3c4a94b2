import { beforeEach, describe, expect, it } from "vitest";
import { type ApiUnderTest, createApiUnderTest, type PersonName } from "#test/support/api-under-test.ts";
import { INCIDENT_PAGE, storeIncident } from "#test/support/console-incident.ts";
import { createVisitor, hiddenFields, type Visitor } from "#test/support/console-visitor.ts";
import { INCIDENT_ID } from "#test/support/lifecycle-builders.ts";

/** Whose use it is: none of these people's, or this very person's. */
type Whose = "other" | "own";
type Answer = "all" | "own" | "reason" | "no";

const people = ["supervisor", "admin", "oversight", "officer", "nobody"] as const satisfies PersonName[];
const officerIds: Readonly<Record<(typeof people)[number], string>> = {
  supervisor: "P-2001",
  admin: "P-3001",
  oversight: "P-4001",
  officer: "P-1001",
  nobody: "P-5001",
};

/** The register is for administrators alone. */
const register = [
  "/register",
  ...["devices", "officers", "bookings"].flatMap((list) => [
    `/register/${list}`,
    `/register/${list}/new`,
    `/register/${list}/import`,
    `/register/${list}/export`,
  ]),
  "/register/device/X1",
  "/register/officer/P-1",
];

/** What each page shows to whom: `own` is the questions put to them; `reason` is asked before anything is shown. */
const pages: readonly (readonly [
  path: string,
  whose: Whose,
  shown: Readonly<Record<(typeof people)[number], Answer>>,
])[] = [
  ["/", "other", { supervisor: "all", admin: "all", oversight: "all", officer: "own", nobody: "no" }],
  ["/incidents", "other", { supervisor: "all", admin: "all", oversight: "all", officer: "no", nobody: "no" }],
  ["/search", "other", { supervisor: "all", admin: "all", oversight: "all", officer: "no", nobody: "no" }],
  [
    "/search?serial=X12005BX7",
    "other",
    { supervisor: "all", admin: "all", oversight: "all", officer: "no", nobody: "no" },
  ],
  [
    "/accounted-for",
    "other",
    { supervisor: "all", admin: "all", oversight: "no", officer: "no", nobody: "no" },
  ],
  ["/closures", "other", { supervisor: "all", admin: "all", oversight: "all", officer: "no", nobody: "no" }],
  ["/figures", "other", { supervisor: "all", admin: "all", oversight: "all", officer: "no", nobody: "no" }],
  [
    "/figures?from=2026-11-21",
    "other",
    { supervisor: "all", admin: "all", oversight: "all", officer: "no", nobody: "no" },
  ],
  [
    "/figures/download?from=2026-11-21",
    "other",
    { supervisor: "all", admin: "all", oversight: "all", officer: "no", nobody: "no" },
  ],
  [
    "/search?reference=CAD",
    "other",
    { supervisor: "all", admin: "all", oversight: "no", officer: "no", nobody: "no" },
  ],
  [
    INCIDENT_PAGE,
    "other",
    { supervisor: "all", admin: "reason", oversight: "reason", officer: "no", nobody: "no" },
  ],
  [INCIDENT_PAGE, "own", { supervisor: "own", admin: "own", oversight: "own", officer: "own", nobody: "no" }],
  ...register.map(
    (path) =>
      [
        path,
        "other",
        { supervisor: "no", admin: "all", oversight: "no", officer: "no", nobody: "no" },
      ] as const,
  ),
];

const fields = {
  code: "OTHER",
  text: "x",
  reason: "x",
  accept: "yes",
  approve: "yes",
  action: "place",
  shows: "yes",
  footageId: "f-CCTV-1-R-1-1",
};

/** Who may do what to an incident that is another's, and to one of their own; everybody else is refused. */
const acts: readonly (readonly [act: string, other: readonly PersonName[], own: readonly PersonName[]])[] = [
  ["acknowledge", ["supervisor"], []],
  ["ask", ["supervisor"], []],
  ["explain", ["supervisor"], ["supervisor", "officer"]],
  ["propose", ["supervisor"], []],
  ["approve", ["supervisor"], []],
  ["confirm", ["supervisor"], []],
  ["hold", ["supervisor"], []],
];

let under: ApiUnderTest;

beforeEach(() => {
  under = createApiUnderTest();
});

async function visitorAs(who: PersonName): Promise<Visitor> {
  const visitor = createVisitor(under);
  await visitor.signIn(who);
  return visitor;
}

function storeFor(who: (typeof people)[number], whose: Whose, isProposed = false) {
  const decision = { accept: true, reason: "x", proposedBy: "s-2", proposedAt: "2026-11-22T05:30:00.000Z" };
  return storeIncident(under, {
    record: {
      ...(whose === "own" ? { officerIds: [officerIds[who]] } : {}),
      ...(isProposed ? { decision, state: "DECISION_PROPOSED" } : {}),
    },
  });
}

function answerOf({ status, text }: { status: number; text: string }): Answer {
  if (status === 403 || status === 404) return "no";
  if (text.includes("Why are you looking")) return "reason";
  if (/Questions to you|Your use of a Taser/.test(text)) return "own";
  return "all";
}

describe("the matrix of what people see", () => {
  for (const [path, whose, shown] of pages) {
    for (const who of people) {
      it(`${path === INCIDENT_PAGE ? `an incident (${whose})` : path} is ${shown[who]} for ${who}`, async () => {
        await storeFor(who, whose);
        expect(answerOf(await (await visitorAs(who)).get(path))).toBe(shown[who]);
      });
    }
  }

  it("is nothing at all for those who are not signed in", async () => {
    await storeIncident(under);
    const visitor = createVisitor(under);
    for (const path of [
      "/",
      "/incidents",
      "/search?reference=CAD",
      "/closures",
      "/accounted-for",
      "/figures?from=2026-11-21",
      "/figures/download?from=2026-11-21",
      INCIDENT_PAGE,
      "/?age=day",
      `${INCIDENT_PAGE}?done=ask`,
      ...register,
      "/register/import/some-import",
      "/register/booking?device=X1&officer=P-1&from=2026-07-01T17%3A00%3A00.000Z",
    ]) {
      const { status, location, html } = await visitor.get(path);
      expect([path, status, html]).toEqual([path, 302, ""]);
      expect(location).toMatch(/^\/sign-in\?to=/);
      if (path.startsWith("/register")) expect(location).toBe(`/sign-in?to=${encodeURIComponent(path)}`);
    }
    expect(await under.repositories.custody.all(INCIDENT_ID)).toEqual([]);
  });

  it("is the same for a bearer token: pages take the visit's cookie alone", async () => {
    const { status } = await under.send("/", { headers: { authorization: "Bearer supervisor" } });
    expect(status).toBe(302);
  });
});

describe("the matrix of what people do", () => {
  for (const [act, other, own] of acts) {
    for (const whose of ["other", "own"] as const) {
      const allowed = whose === "own" ? own : other;
      it(`${act} on a use that is ${whose === "own" ? "one's own" : "another's"} is for ${allowed.join(", ") || "nobody"}`, async () => {
        for (const who of people) {
          under = createApiUnderTest();
          await storeFor(who, whose, act === "approve");
          const visitor = await visitorAs(who);
          const csrf = hiddenFields((await visitor.get("/")).html, "/sign-out")["csrf"] ?? "";
          const before = await under.repositories.incidents.read(INCIDENT_ID);
          const seen = `1~${before?.record.decision?.proposedAt ?? ""}`;
          const { status } = await visitor.post(`${INCIDENT_PAGE}/${act}`, { ...fields, csrf, seen });
          const after = await under.repositories.incidents.read(INCIDENT_ID);
          const done = JSON.stringify(after?.record) !== JSON.stringify(before?.record);
          expect([who, status === 303, done]).toEqual([who, allowed.includes(who), allowed.includes(who)]);
        }
      });

      it(`${act} on a use that is ${whose === "own" ? "one's own" : "another's"} needs the form of this visit`, async () => {
        await storeFor("supervisor", whose, act === "approve");
        const visitor = await visitorAs("supervisor");
        const before = await under.repositories.incidents.read(INCIDENT_ID);
        for (const csrf of ["", "guessed"]) {
          const { status } = await visitor.post(`${INCIDENT_PAGE}/${act}`, { ...fields, csrf, seen: "1~" });
          expect(status).toBe(403);
        }
        const json = await under.api.request(`https://witnessed.test${INCIDENT_PAGE}/${act}`, {
          method: "POST",
          headers: {
            "content-type": "text/plain",
            cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
          },
          body: "csrf=x",
        });
        expect(json.status).toBe(415);
        expect(await under.repositories.incidents.read(INCIDENT_ID)).toEqual(before);
      });
    }
  }

  it("knows no other act", async () => {
    await storeIncident(under);
    const visitor = await visitorAs("supervisor");
    expect((await visitor.post(`${INCIDENT_PAGE}/delete`, { csrf: "x" })).status).toBe(404);
    expect((await visitor.get(`${INCIDENT_PAGE}/approve`)).status).toBe(404);
  });
});
