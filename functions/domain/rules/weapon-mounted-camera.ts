import type { CountingRule } from "./rule.ts";

/**
 * WEAPON_MOUNTED_CAMERA · contract §5 "Weapon-mounted": paired to that weapon, or booked to the same officer.
 * Source: call for a camera on the weapon that runs whenever the safety is off (domain.md; TASER CAM).
 */
export const weaponMountedCamera: CountingRule = {
  code: "WEAPON_MOUNTED_CAMERA",
  title: "The weapon's own camera counts",
  clause: "§5",
  source: "TASER CAM",
  relation: "weapon-mounted",
  applies: ({ recording, weaponSerial, officerId, carriers }) =>
    recording.kind === "weapon-mounted" &&
    ((officerId !== undefined && carriers.includes(officerId)) ||
      (weaponSerial !== undefined &&
        recording.clips.some(({ declaration }) => declaration.camera.weaponSerial === weaponSerial))),
};
