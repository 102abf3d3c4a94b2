import type { Officer } from "#contracts/register.ts";
import type { LocalPerson } from "./issuer.ts";

/** The keys of `access.json`: two supervisors, because a decision needs two. */
export const localPeople = {
  supervisor: {
    subject: "local-supervisor",
    name: "Sgt Amara Okafor",
    role: "supervisor",
    officerId: "P-2001",
  },
  supervisor2: {
    subject: "local-supervisor-2",
    name: "Insp Daniel Whitlock",
    role: "supervisor",
    officerId: "P-2002",
  },
  admin: { subject: "local-admin", name: "Priya Raman", role: "admin", officerId: "P-3001" },
  oversight: { subject: "local-oversight", name: "Helen Marsh", role: "oversight", officerId: "P-4001" },
  officer: { subject: "local-officer", name: "PC Tom Hale", role: "officer", officerId: "P-1001" },
} as const satisfies Record<string, LocalPerson>;
export type LocalPersonKey = keyof typeof localPeople;

/** The gateway that `access.json` holds the key of. */
export const LOCAL_GATEWAY = "GW-LOCAL-1";

const staff = {
  team: "Response A",
  borough: "Westminster",
  taserTrained: false,
  cameraIssued: false,
} as const;

/** The register entries that the people of `access.json` need before anybody has registered anything. */
export const firstOfficers: readonly Officer[] = [
  {
    ...staff,
    officerId: localPeople.supervisor.officerId,
    collarNumber: "21SW",
    cameraNotIssuedReason: "Supervises from the station",
  },
  {
    ...staff,
    officerId: localPeople.supervisor2.officerId,
    collarNumber: "22SW",
    cameraNotIssuedReason: "Supervises from the station",
  },
  {
    ...staff,
    officerId: localPeople.officer.officerId,
    collarNumber: "4471SW",
    supervisor: localPeople.supervisor.officerId,
    taserTrained: true,
    cameraIssued: true,
  },
];
