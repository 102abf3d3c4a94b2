import { writeFileSync } from "node:fs";
import { serial as serialSchema } from "#contracts/identifiers.ts";
import { deviceRegistration } from "#contracts/register.ts";
import { readCommandLine } from "./command-line.ts";
import { makeDeviceKey, type NewDevice, writeNewKey } from "./device-key.ts";
import { exitCodes, UsageError } from "./failures.ts";

export const enrolUsage = `enrol --serial S --kind camera|weapon|gateway --model M --out key.json [--registration device.json] [--base-url URL]
    Makes the device's key pair and prints what an admin registers. An existing key is never overwritten.`;

/** Makes a key and says what an admin does with its public half. */
export async function enrol(args: readonly string[]): Promise<number> {
  const line = readCommandLine(args, {
    serial: "string",
    kind: "string",
    model: "string",
    out: "string",
    registration: "string",
    "base-url": "string",
  });
  const out = line.need("out");
  const device = checkDevice({
    serial: line.need("serial"),
    kind: line.need("kind") as NewDevice["kind"],
    model: line.need("model"),
  });
  const { privateKeyJwk, registration } = makeDeviceKey(device);
  writeNewKey(out, privateKeyJwk);
  const body = JSON.stringify(registration);
  const file = line.text("registration");
  if (file !== undefined) writeFileSync(file, `${body}\n`);
  const baseUrl = line.text("base-url") ?? "https://<your force's API>";
  process.stdout.write(explain({ out, serial: device.serial, body, baseUrl }));
  return exitCodes.done;
}

function checkDevice(device: NewDevice): NewDevice {
  if (!serialSchema.safeParse(device.serial).success) {
    throw new UsageError("--serial must be 1 to 64 characters of A-Z a-z 0-9 . _ -");
  }
  const { kind, model } = deviceRegistration.shape;
  if (!kind.safeParse(device.kind).success) throw new UsageError("--kind must be camera, weapon or gateway.");
  if (!model.safeParse(device.model).success) throw new UsageError("--model must be 1 to 100 characters.");
  return device;
}

function explain(made: { out: string; serial: string; body: string; baseUrl: string }): string {
  const { out, serial, body, baseUrl } = made;
  return `The private key is in ${out}, readable by you alone. It stays on the device and is sent to nobody.

An admin of the force registers the public half:

PUT /v1/devices/${serial}
${body}

With curl, the admin's token being in $ADMIN_TOKEN:

curl --fail-with-body -X PUT '${baseUrl}/v1/devices/${serial}' \\
  -H "authorization: Bearer $ADMIN_TOKEN" -H 'content-type: application/json' \\
  -d '${body.replaceAll("'", "'\\''")}'
`;
}
