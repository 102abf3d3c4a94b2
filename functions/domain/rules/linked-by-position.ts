import type { FootageDeclaration } from "#contracts/footage.ts";
import type { WeaponEvent } from "#contracts/weapon-log.ts";
import { hasMomentNearUse } from "./moments.ts";
import type { CountingRule } from "./rule.ts";

/** Mean radius of the earth (IUGG). */
const EARTH_METRES = 6_371_008.8;

type CameraPosition = FootageDeclaration["positions"][number];
type WeaponPosition = NonNullable<WeaponEvent["location"]>;

/**
 * LINKED_BY_POSITION · contract §5 "Other officer": camera and weapon within `nearbyMetres` of each other, within
 * 60 s plus both uncertainties. An accuracy that is worse than that says nothing; one that is not stated (weapons
 * state none) does not speak against the position.
 * Source: IOPC, Merseyside 2021: all officers at the scene record.
 */
export const linkedByPosition: CountingRule = {
  code: "LINKED_BY_POSITION",
  title: "A colleague's camera counts when it was beside the weapon",
  clause: "§5",
  source: "IOPC, Merseyside 2021",
  relation: "other-officer",
  applies: (question) => {
    const { nearbyMetres, recording } = question;
    const isExact = ({ accuracyMetres = 0 }: CameraPosition | WeaponPosition): boolean =>
      accuracyMetres <= nearbyMetres;
    return (
      recording.kind === "body-worn" &&
      recording.clips.some(({ declaration }) =>
        declaration.positions.some(
          (position) =>
            isExact(position) &&
            hasMomentNearUse(
              question,
              position.at,
              ({ location }) =>
                location !== undefined &&
                isExact(location) &&
                metresBetween(position, location) <= nearbyMetres,
            ),
        ),
      )
    );
  },
};

/** Great-circle distance (haversine). */
function metresBetween(a: CameraPosition, b: WeaponPosition): number {
  const radians = (degrees: number): number => (degrees * Math.PI) / 180;
  const dLat = radians(b.lat - a.lat);
  const dLon = radians(b.lon - a.lon);
  const h =
    Math.sin(dLat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_METRES * Math.asin(Math.sqrt(Math.min(1, h)));
}
