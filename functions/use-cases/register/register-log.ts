/**
 * The custody logs of what is registered, one for each device and each officer: changes there change verdicts. They
 * stand among the incidents' logs; no incident's id has such a mark in it.
 */
export const deviceLog = (serial: string): string => `device~${serial}`;
export const officerLog = (officerId: string): string => `officer~${officerId}`;
