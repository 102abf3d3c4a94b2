import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DependencyUnavailableError } from "#contracts/errors.ts";
import { createSendingRecords } from "#records/sending-records.ts";
import { anAlert, INCIDENT_ID } from "#test/support/lifecycle-builders.ts";
import { createMemoryRecords } from "#test/support/memory-records.ts";
import { propertyRuns } from "#test/support/property-runs.ts";
import { LineTooLongError, paced } from "#use-cases/notices/pace-sending.ts";

const START = Date.parse("2026-11-22T07:00:00.000Z");
const { message } = anAlert({ type: "UNRECORDED_DISCHARGE", version: 2, level: 1 });

/** Functions that send for one force, each with a clock of its own, and when each message left. */
function createLine() {
  const sending = createSendingRecords(createMemoryRecords());
  const left: number[] = [];
  /** A sender whose clock stands until it waits. */
  const senderAt = (at: number) => {
    let now = at;
    const clock = { now: () => new Date(now) };
    const wait = async (ms: number) => {
      expect(ms).toBeGreaterThanOrEqual(0);
      now += ms;
    };
    const note = () => void left.push(now);
    return paced(
      {
        publisher: {
          publish: async () => {
            note();
            return { messageId: "m-1" };
          },
        },
        operations: { tell: async () => note() },
      },
      { sending, clock, wait },
    );
  };
  /** The most that left within any one second, wherever it begins. */
  const most = () => {
    const inOrder = left.toSorted((a, b) => a - b);
    return Math.max(...inOrder.map((from) => inOrder.filter((at) => at >= from && at < from + 1000).length));
  };
  return { senderAt, left, most };
}

describe("what a force sends", () => {
  it("goes at once while nobody else sends", async () => {
    const { senderAt, left } = createLine();
    expect(await senderAt(START).publisher.publish(message)).toEqual({ messageId: "m-1" });
    expect(left).toEqual([START]);
  });

  it("is five messages in any second, alerts and words to operations together, from however many functions", async () => {
    const { senderAt, left, most } = createLine();
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const { publisher, operations } = senderAt(START);
        return index % 2 === 0 ? publisher.publish(message) : operations.tell({ subject: "s", body: "b" });
      }),
    );
    expect(left).toHaveLength(40);
    expect(Math.max(...left) - START).toBe(39 * 200);
    expect(most()).toBe(5);
  });

  it("is five messages in any second, whenever each function begins", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5000), { minLength: 1, maxLength: 60 }), async (offsets) => {
        const { senderAt, left, most } = createLine();
        await Promise.all(offsets.map((offset) => senderAt(START + offset).publisher.publish(message)));
        expect(left).toHaveLength(offsets.length);
        expect(most()).toBeLessThanOrEqual(5);
      }),
      propertyRuns(40),
    );
  });

  it("stands still for whoever comes when twenty seconds are taken: it is tried again later", async () => {
    const { senderAt } = createLine();
    await Promise.all(Array.from({ length: 100 }, () => senderAt(START).publisher.publish(message)));
    const refused = senderAt(START).publisher.publish(message);
    await expect(refused).rejects.toThrow(LineTooLongError);
    await expect(refused).rejects.toBeInstanceOf(DependencyUnavailableError);
    // The name that the workflow tries again for.
    await expect(refused).rejects.toMatchObject({ name: "DependencyUnavailableError" });
    await expect(senderAt(START).operations.tell({ subject: "s", body: "b" })).rejects.toThrow("too many");
    await senderAt(START + 1000).publisher.publish(message);
  });

  it("tells whoever asked when the topic refuses, and the place is lost", async () => {
    const refusing = { publish: async () => Promise.reject(new Error(`no topic for ${INCIDENT_ID}`)) };
    const { publisher } = paced(
      { publisher: refusing, operations: { tell: async () => {} } },
      {
        sending: createSendingRecords(createMemoryRecords()),
        clock: { now: () => new Date(START) },
        wait: async () => {},
      },
    );
    await expect(publisher.publish(message)).rejects.toThrow("no topic");
  });
});
