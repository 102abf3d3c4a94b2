import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlertType } from "#contracts/alert.ts";
import type { FootageRecord } from "#contracts/footage.ts";
import type { IncidentRecord } from "#contracts/incident.ts";
import { aClip, at, CAMERA, OTHER_CAMERA } from "#test/support/build-inputs.ts";
import { createMemoryEvidence } from "#test/support/memory-evidence.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { propertyRuns } from "#test/support/property-runs.ts";
import { watchRecords } from "#test/support/watched-records.ts";
import { aUseReport, aWeaponLog, createWorld, type World } from "#test/support/workflow-world.ts";

import { reevaluateForFootage } from "#use-cases/linking/reevaluate.ts";

/**
 * Random lives of stored footage against rules that are told anew here: by the time of each use and each clip, which
 * lie in hours of their own, and not by what the code finds near what.
 */
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LOCK_DAYS = 31;
const UNMATCHED_DAYS = 31;
/** Hours before the evening's event; each is far from the others. */
const SLOTS = [0, 1] as const;
const secondsOf = (slot: number) => -slot * 3600;

const slot = fc.constantFrom(...SLOTS);
const step = fc.oneof(
  fc.record({ does: fc.constant("upload" as const), slot, own: fc.boolean(), isRejected: fc.boolean() }),
  fc.record({ does: fc.constant("use" as const), slot, isTest: fc.boolean() }),
  fc.record({ does: fc.constant("report" as const), slot }),
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("hold" as const),
      slot,
      action: fc.constantFrom("place" as const, "release" as const),
    }),
  },
  fc.record({ does: fc.constant("lose" as const), which: fc.nat(9) }),
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 24 * 25 }) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
/** After how many writes of the step the process is killed; none where it lives. */
const life = fc.array(fc.record({ step, dies: fc.option(fc.nat(25), { freq: 3 }) }), {
  minLength: 4,
  maxLength: 22,
});

const ASKING: readonly AlertType[] = [
  "UNRECORDED_DISCHARGE",
  "PARTLY_RECORDED_DISCHARGE",
  "UNDETERMINED_DISCHARGE",
  "UNREPORTED_DISCHARGE",
  "CONTRADICTION",
  "ESCALATED",
];

class Life {
  readonly clips = new Map<string, FootageRecord>();
  /** What the rules say must not have happened. */
  readonly wrongs: string[] = [];
  private readonly watched = watchRecords(createMemoryRecords());
  private readonly memory = createMemoryEvidence({ lockDays: LOCK_DAYS });
  private world: World;
  private lost = new Set<string>();
  /** Since when nothing has kept a file, as far as anybody has looked. */
  private readonly free = new Map<string, number>();

  constructor() {
    this.world = this.restart();
  }

  private restart(now?: string): World {
    this.watched.restart();
    const evidence = {
      ...this.memory,
      deleteVersion: async (key: string, versionId: string) => {
        const before = await this.memory.stat(key);
        const answer = await this.memory.deleteVersion(key, versionId);
        if (before && answer === "deleted") await this.checkDeletion(key, before);
        return answer;
      },
    };
    return createWorld({ records: this.watched.records, evidence, ...(now === undefined ? {} : { now }) });
  }

  async begin(): Promise<void> {
    await this.world.book();
  }

  /** Does the step; a process that was killed on the way is started again, and whoever asked repeats it. */
  async take(what: Step, dies: number | null): Promise<void> {
    if (dies !== null) this.watched.dieAfter(dies);
    try {
      await this.work(what);
    } catch (error) {
      if (!(error instanceof Error) || !/killed|could not be looked after/.test(error.message)) throw error;
      this.world = this.restart(this.world.clock.now().toISOString());
      await this.world.sweep({ restartAll: true });
      await this.world.settle();
      await this.work(what);
    }
    this.watched.restart();
  }

  private async work(what: Step): Promise<void> {
    const { world } = this;
    switch (what.does) {
      case "upload": {
        const { slot: hour, own, isRejected } = what;
        const recordingId = `R-${hour}-${own}-${isRejected}`;
        const clip = aClip({
          from: secondsOf(hour) - 60,
          to: secondsOf(hour) + 65,
          camera: { serial: own ? CAMERA : OTHER_CAMERA },
          declaration: { recordingId },
          record: { state: isRejected ? "REJECTED" : "ACCEPTED" },
        });
        this.clips.set(clip.footageId, clip);
        const known = (await world.footage.read(clip.footageId))?.record;
        if (known) await reevaluateForFootage(known, world.deps);
        else await world.addFile(clip);
        break;
      }
      case "use":
        await world.postLog(
          aWeaponLog({
            weapon: { serial: `X-${what.slot}-${what.isTest}`, model: "TASER 7" },
            events: [
              what.isTest
                ? { seq: 1, at: at(secondsOf(what.slot)), type: "test", durationSeconds: 5 }
                : {
                    seq: 1,
                    at: at(secondsOf(what.slot)),
                    type: "trigger",
                    durationSeconds: 5,
                    cartridge: { kind: "live" },
                  },
            ],
          }),
        );
        break;
      case "report":
        await world.postReport(
          aUseReport({
            reportId: `U-${what.slot}`,
            weaponSerial: `X-${what.slot}-false`,
            statedAt: at(secondsOf(what.slot)),
          }),
        );
        break;
      case "hold":
        for (const { incidentId } of await this.usesAt(what.slot)) {
          await world.hold(incidentId, what.action, `${what.action} at ${world.clock.now()}`);
        }
        break;
      case "lose": {
        const clip = [...this.clips.values()][what.which];
        if (clip) {
          this.memory.lose(clip.objectKey);
          this.lost.add(clip.footageId);
        }
        break;
      }
      case "wait":
        await this.wait(what.hours);
    }
    await this.world.settle();
  }

  /** Lets time pass in steps of half a day, with everything that the clock calls. */
  async wait(hours: number): Promise<void> {
    const { world } = this;
    const end = world.clock.now().getTime() + hours * HOUR_MS;
    for (let now = world.clock.now().getTime(); now < end; ) {
      now = Math.min(end, now + 12 * HOUR_MS);
      await world.advanceTo(new Date(now));
      await world.sweep();
      await world.settle();
      await world.liftHolds();
      await world.deleteFootage();
      await world.settle();
      await this.checkNothingOverstays(now);
    }
  }

  private async usesAt(hour: number): Promise<readonly IncidentRecord[]> {
    const occurredAt = at(secondsOf(hour));
    const { items } = await this.world.incidents.list({ limit: 100 });
    return items.filter((use) => use.occurredAt === occurredAt && use.mergedInto === undefined);
  }

  private usesOf({ declaration }: FootageRecord): Promise<readonly IncidentRecord[]> {
    const begin = Date.parse(declaration.startTime) + 60_000;
    return this.usesAt(SLOTS.find((hour) => Date.parse(at(secondsOf(hour))) === begin) ?? -1);
  }

  private async isOnHold({ incidentId, holds }: IncidentRecord): Promise<boolean> {
    const alerts = await this.world.alerts.all(incidentId);
    const asked = alerts
      .filter(({ message: { type, outcome } }) =>
        type === "REVISED" ? outcome !== "RECORDED" : ASKING.includes(type),
      )
      .map(({ owedAt }) => owedAt);
    const last = holds.findLastIndex(({ action }) => action === "release");
    const since = holds[last]?.at ?? "";
    return holds.slice(last + 1).length > 0 || asked.some((owedAt) => owedAt > since);
  }

  /** Whether the rules keep the file: a use that is no test, or a hold on anything near it. */
  private async isKept(clip: FootageRecord): Promise<boolean> {
    const uses = await this.usesOf(clip);
    if (uses.some(({ kind }) => kind !== "TEST")) return true;
    return (await Promise.all(uses.map((use) => this.isOnHold(use)))).includes(true);
  }

  private async checkDeletion(
    key: string,
    was: { readonly held?: boolean; readonly retainedUntil?: string; readonly storedAt: string },
  ): Promise<void> {
    const clip = [...this.clips.values()].find(({ objectKey }) => objectKey === key);
    const now = this.world.clock.now().getTime();
    if (clip === undefined) return void this.wrongs.push(`${key} was deleted and is no clip`);
    if (await this.isKept(clip)) this.wrongs.push(`${clip.footageId} was deleted and is matched or held`);
    if (was.held === true) this.wrongs.push(`${clip.footageId} was deleted with a hold on it`);
    if (Date.parse(was.retainedUntil ?? "") > now)
      this.wrongs.push(`${clip.footageId} was deleted in its lock`);
    if (Date.parse(was.storedAt) + UNMATCHED_DAYS * DAY_MS > now) {
      this.wrongs.push(`${clip.footageId} was deleted before its time`);
    }
  }

  private async checkNothingOverstays(now: number): Promise<void> {
    for (const clip of this.clips.values()) {
      const object = await this.memory.stat(clip.objectKey);
      const mayGo = Math.max(
        Date.parse(object?.storedAt ?? "") + UNMATCHED_DAYS * DAY_MS,
        Date.parse(object?.retainedUntil ?? ""),
      );
      if (object === undefined || now < mayGo || (await this.isKept(clip))) {
        this.free.delete(clip.footageId);
        continue;
      }
      const since = this.free.get(clip.footageId) ?? now;
      this.free.set(clip.footageId, since);
      if (now - since > DAY_MS) this.wrongs.push(`${clip.footageId} stays at ${new Date(now).toISOString()}`);
    }
  }

  /** What must be so once nothing more happens: holds as the incidents have them, and records that know the truth. */
  async end(): Promise<void> {
    await this.wait(4 * 24);
    for (const clip of this.clips.values()) {
      const record = (await this.world.footage.read(clip.footageId))?.record;
      const object = await this.memory.stat(clip.objectKey);
      if (record?.stored === undefined) continue;
      const uses = await this.usesOf(clip);
      const held = (await Promise.all(uses.map((use) => this.isOnHold(use)))).includes(true);
      if (object && object.held !== held) {
        this.wrongs.push(`${clip.footageId} is ${object.held ? "" : "not "}held in the end`);
      }
      if (!object && !this.lost.has(clip.footageId) && record.deletedBecause !== "UNMATCHED") {
        this.wrongs.push(`${clip.footageId} went and nobody noted it`);
      }
      if (object && record.deletedAt !== undefined) this.wrongs.push(`${clip.footageId} is said to be gone`);
      const looked = uses.some(({ kind }) => kind !== "TEST") && clip.state === "ACCEPTED";
      if (!object && looked && record.deletedAt === undefined && record.keeping?.lookAt !== undefined) {
        this.wrongs.push(`${clip.footageId} went and nobody has seen it`);
      }
    }
  }
}

describe("the life of stored footage", () => {
  it("ends when nothing needs the file any more: never before, and no day later", async () => {
    await fc.assert(
      fc.asyncProperty(life, async (steps) => {
        const one = new Life();
        await one.begin();
        for (const { step: what, dies } of steps) await one.take(what, dies);
        await one.end();
        expect(one.wrongs).toEqual([]);
      }),
      propertyRuns(40),
    );
  }, 240_000);
});
