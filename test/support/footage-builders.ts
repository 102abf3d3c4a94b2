import type * as z from "zod";
import type { footageDeclaration } from "#contracts/footage.ts";

type Declaration = z.input<typeof footageDeclaration>;

/** The clip of the contract's example, as a device declares it. */
export function aDeclaration(fields: Partial<Declaration> = {}): Declaration {
  return {
    recordingId: "R-20261121-0007",
    clip: 1,
    camera: { serial: "X81234567", kind: "body-worn", model: "Axon Body 3" },
    startTime: "2026-11-21T21:03:10Z",
    endTime: "2026-11-21T21:09:40Z",
    triggerOnTime: "2026-11-21T21:04:10Z",
    triggerOn: "wearer",
    triggerOff: "wearer",
    clock: {
      deviceClock: "2026-11-22T06:00:02Z",
      gatewayClock: "2026-11-22T06:00:00Z",
      lastSyncedAt: "2026-11-21T05:50:00Z",
      unset: false,
    },
    file: { name: "clip.mp4", bytes: 15_728_640, contentType: "video/mp4", sha256: "a".repeat(64) },
    ...fields,
  };
}

const MIB = 1024 * 1024;

/** A file of three parts, the last of them short. */
export const aLargeFile = {
  name: "long.mp4",
  bytes: 130 * MIB,
  contentType: "video/mp4",
  sha256: "b".repeat(64),
};
