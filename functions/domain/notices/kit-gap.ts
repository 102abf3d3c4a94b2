import type { Booking, Device, KitGap } from "#contracts/register.ts";

/** A camera is often booked a moment after the Taser: milliseconds before a change of bookings is looked at. */
export const SETTLED_MS = 30_000;

/** A device that an officer has by its booking. */
export type CarriedDevice = {
  readonly booking: Pick<Booking, "deviceSerial" | "from" | "to" | "singleCrewed">;
  /** As registered; absent when nobody registered it: then nobody knows what it is, and it counts for nobody. */
  readonly device?: Pick<Device, "kind" | "status"> | undefined;
  /** Of a camera: whether its latest recording was ended by a fault. */
  readonly isFaulty?: boolean;
};

/**
 * What is wrong with what an officer carries: a Taser, and no camera that works. Undefined when nothing is. Which
 * Taser, when there are several, is the one that was booked first.
 */
export function kitGap(carried: readonly CarriedDevice[]): KitGap | undefined {
  const inOrder = carried.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const [weapon] = inOrder.filter(({ device }) => device?.kind === "weapon");
  if (weapon === undefined) return undefined;
  const cameras = inOrder
    .filter(({ device }) => device === undefined || device.kind === "camera")
    .map((camera) => ({ serial: camera.booking.deviceSerial, why: faultOf(camera) }));
  const broken = cameras.flatMap(({ serial, why }) => (why === undefined ? [] : [{ serial, why }]));
  if (broken.length < cameras.length) return undefined;
  return {
    weaponSerial: weapon.booking.deviceSerial,
    from: weapon.booking.from,
    singleCrewed: carried.some(({ booking }) => booking.singleCrewed === true),
    cameras: broken,
  };
}

const orderOf = ({ booking }: CarriedDevice): string => `${booking.from}#${booking.deviceSerial}`;

function faultOf({ device, isFaulty }: CarriedDevice): KitGap["cameras"][number]["why"] | undefined {
  if (device === undefined) return "UNREGISTERED";
  if (device.status === "revoked") return "REVOKED";
  return isFaulty === true ? "FAULTY" : undefined;
}
