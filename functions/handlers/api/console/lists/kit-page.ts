import type { Hono } from "hono";
import { html } from "hono/html";
import type { ForceConfig } from "#contracts/force.ts";
import type { KitGap } from "#contracts/register.ts";
import { checkRole } from "#handlers/api/authenticate-person.ts";
import { type Frame, type Markup, page } from "#handlers/api/console/frame/layout.ts";
import { createTimes, type Times } from "#handlers/api/console/frame/times.ts";
import { unreadableNote } from "#handlers/api/console/frame/unreadable-note.ts";
import { type VisitDeps, visitOf } from "#handlers/api/console/visit/visit.ts";
import {
  type ListKitGapsDeps,
  listKitGaps,
  type OfficerWithoutCamera,
} from "#use-cases/kit/list-kit-gaps.ts";

export type KitPageDeps = ListKitGapsDeps & { readonly force: Pick<ForceConfig, "timeZone"> };

/** `/kit`: who is out with a Taser and without a working camera, before anything happens. */
export function addKitPage(app: Hono, deps: KitPageDeps & VisitDeps): void {
  const times = createTimes(deps.force.timeZone);
  app.get("/kit", async (c) => {
    const session = await visitOf(c, deps);
    if (session instanceof Response) return session;
    checkRole(session.person, ["supervisor", "admin"]);
    const found = await listKitGaps({ reader: session.person.subject }, deps);
    return c.html(kitPage(await deps.frame(session), found, { times, now: deps.clock.now() }));
  });
}

function kitPage(
  frame: Frame,
  { items: found, unreadable }: Awaited<ReturnType<typeof listKitGaps>>,
  { times, now }: { readonly times: Times; readonly now: Date },
): Markup {
  const looked = html`Looked at ${times.full(now.getTime())}, by what is booked and registered.`;
  return page(
    frame,
    { title: `Kit check (${found.length})`, current: "kit" },
    html`<h1 class="govuk-heading-l">Kit check</h1>${unreadableNote(unreadable)}${
      found.length === 0
        ? html`<div class="govuk-inset-text"><p class="govuk-body">${unreadable.length === 0 ? "Everybody" : "Everybody else"} who has a Taser booked has a working camera booked too. ${looked}</p></div>`
        : html`<p class="govuk-body">These officers are out with a Taser and without a working camera, those who are alone first. See that they take a camera or hand the Taser back. ${looked}</p>${table(found, times)}`
    }`,
  );
}

function table(found: readonly OfficerWithoutCamera[], times: Times): Markup {
  return html`<table class="govuk-table rows"><caption class="govuk-table__caption govuk-visually-hidden">Officers with a Taser and without a working camera, those who are alone first</caption><thead><tr><th scope="col">Officer</th><th scope="col">Taser</th><th scope="col">Camera</th><th scope="col">Team and place</th></tr></thead><tbody>${found.map((one) => row(one, times))}</tbody></table>`;
}

function row({ officerId, officer, gap }: OfficerWithoutCamera, times: Times): Markup {
  return html`<tr><th scope="row"><bdi>${officer?.collarNumber ?? officerId}</bdi>${gap.singleCrewed ? html`<br><b class="c-red">Single-crewed</b>` : ""}<td><bdi>${gap.weaponSerial}</bdi><br>since ${times.near(gap.from)}<td>${camera(gap, officer?.cameraIssued)}<td>${officer ? html`<bdi>${officer.team}</bdi><br><bdi>${officer.borough}</bdi>` : "The officer is not registered"}`;
}

const whyWords: Readonly<Record<KitGap["cameras"][number]["why"], string>> = {
  REVOKED: "is revoked",
  UNREGISTERED: "is not registered",
  FAULTY: "ended its last recording by a fault",
};

function camera({ cameras }: KitGap, cameraIssued: boolean | undefined): Markup | string {
  if (cameras.length > 0)
    return html`${cameras.map(({ serial, why }, index) => html`${index > 0 ? html`<br>` : ""}<bdi>${serial}</bdi> ${whyWords[why]}`)}`;
  return cameraIssued === false ? "None booked, and none is issued to this officer" : "None booked";
}
